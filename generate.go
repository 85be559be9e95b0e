package konverte

//go:generate go run -C internal/apigen . -package konverte -out ../.. -table ../optable -docs ../../docs ../../api/konverte
