module github.com/konverte-go/konverte/testdata/recordings

go 1.26
