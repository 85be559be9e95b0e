package konverte

import (
	"iter"

	"github.com/konverte-go/konverte/internal/core"
)

// Page is one page of a list as the server gave it, with the server's count at that moment (NoCount where it
// gives none) and the Cursor of the page behind it.
type Page[T any] = core.Page[T]

// Cursor is a position in a list. It can be compared, and kept as text or JSON: String and ParseCursor, or
// any encoder of texts. It belongs to the list and the parameters it came from.
type Cursor = core.Cursor

// PageError is a page that could not be read. Its Resume is the Cursor of that page, for WithResume; the
// rows before it have been yielded. It wraps the error of the call, the context's error or ErrRepeatedPage.
type PageError = core.PageError

// IncompleteError ends a list of which the server did not give every row (Seen of Count, which happens where
// rows tie or move while they are read), or whose count moved from First to Count. The rows that were found
// have been yielded.
type IncompleteError = core.IncompleteError

// CursorError is a text that is no cursor, or a cursor that does not fit the list it was given to.
type CursorError = core.CursorError

// ErrRepeatedPage says that a server gave the same rows again where the next page was due.
var ErrRepeatedPage = core.ErrRepeatedPage

// Limits and defaults of lists.
const (
	NoCount            = core.NoCount            // the Count of a list whose server gives no total
	DefaultExtraPasses = core.DefaultExtraPasses // how often All reads a list again while rows are missing
	MaxPrefetch        = core.MaxPrefetch        // the most pages that are read ahead
)

// ParseCursor reads the text of a cursor, "" being the beginning of a list. Any other text is a *CursorError.
func ParseCursor(text string) (Cursor, error) { return core.ParseCursor(text) }

// WithPrefetch reads up to n pages of a list ahead of the one in hand, and so makes up to n requests at once.
// Rows keep their order. 0 reads nothing ahead, which is the default; MaxPrefetch is the most. Lists that are
// read by ids (messages) are one page ahead at best.
func WithPrefetch(n int) Option { return core.WithPrefetch(n) }

// WithExtraPasses bounds how often All reads a list again, each time in another order, while rows are missing.
// 0 = never; the default is DefaultExtraPasses.
func WithExtraPasses(n int) Option { return core.WithExtraPasses(n) }

// WithResume begins a list at a cursor: that of a PageError, or of the last page dealt with. The rest is read
// in one pass, and nothing is compared with the server's count. It is an option of one call.
func WithResume(at Cursor) Option { return core.WithResume(at) }

// Collect gathers the rows of a list, at most limit of them (0 or less = all), and stops reading there. With
// an error come the rows before it.
func Collect[T any](seq iter.Seq2[T, error], limit int) ([]T, error) { return core.Collect(seq, limit) }
