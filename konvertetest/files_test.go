package konvertetest_test

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

func TestFilesCanBeDownloaded(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, version string) {
		srv := konvertetest.NewServer(t, konvertetest.WithVersion(version))
		c := srv.Client()
		for _, name := range []string{"nota.txt", "preços & prazos.csv", "sem extensão", "50%.json"} {
			stored, err := c.Uploads.Create(t.Context(), konverte.UploadCreateParams{
				Attachment: konverte.UploadReader(name, strings.NewReader("conteúdo")),
			})
			require.NoError(t, err, name)
			assert.Equal(t, "conteúdo", download(t, c, stored.FileURL), name)
		}
		for _, r := range srv.Requests() {
			if r.Method == http.MethodGet {
				assert.Empty(t, r.Header.Get("Api-Access-Token"), r.Path)
			}
		}
	})
}

func TestThumbnailsCanBeDownloaded(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	c := srv.Client()
	var picture bytes.Buffer
	require.NoError(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 3, 3))))
	contact, err := c.Contacts.Create(t.Context(), konverte.ContactCreateParams{
		Name:   konverte.Set("Ana"),
		Avatar: konverte.UploadReader("ana.png", bytes.NewReader(picture.Bytes())),
	})
	require.NoError(t, err)
	assert.Equal(t, picture.String(), download(t, c, contact.Thumbnail))
}

func TestUnknownFiles(t *testing.T) {
	t.Parallel()
	srv := konvertetest.NewServer(t)
	c := srv.Client()
	for _, path := range []string{
		"blobs/redirect/x--0/a.txt", "disk/x--0/a.txt", "disk/ZGlzay85OQ--0/a.txt", "disk/ZGlzay94--0/a.txt",
		"representations/redirect/x--0/y--0/a.png",
	} {
		_, err := c.Download(t.Context(), srv.URL+"/rails/active_storage/"+path, konverte.WithRetries(0))
		require.ErrorIs(t, err, konverte.ErrNotFound, path)
	}
}

func download(t *testing.T, c *konverte.Client, address string) string {
	t.Helper()
	file, err := c.Download(t.Context(), address)
	require.NoError(t, err)
	data, err := io.ReadAll(file)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	return string(data)
}
