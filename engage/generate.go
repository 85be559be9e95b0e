package engage

//go:generate go run -C ../internal/apigen . -package engage -root github.com/konverte-go/konverte -out ../../engage -table ../optable -docs ../../docs -prefix engage- ../../api/engage
