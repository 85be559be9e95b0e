package konvertetest

import (
	"cmp"
	"strings"
)

// folds maps accented letters to plain ones.
var folds = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"í", "i", "ì", "i", "î", "i", "ï", "i", "ñ", "n", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ö", "o",
	"ú", "u", "ù", "u", "û", "u", "ü", "u", "ý", "y", "ÿ", "y",
)

// collate orders texts as the database does for lower(text): accents and case
// count only between texts that are equal without them.
func collate(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	return cmp.Or(cmp.Compare(folds.Replace(a), folds.Replace(b)), cmp.Compare(a, b))
}
