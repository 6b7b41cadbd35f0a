package watch_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/train/watch"
)

// FuzzParameters sends any path, query and host: nothing outside the folder is disclosed, nothing breaks, and an answer in HTML is the
// page itself.
func FuzzParameters(f *testing.F) {
	for _, seed := range [][3]string{
		{"/api/runs", "q=g+%3D+250&state=running", "localhost"}, {"/api/events", "run=one&run=../outside", "127.0.0.1:80"},
		{"/api/events", "run=%2e%2e%2foutside", "[::1]"}, {"/../outside/run.json", "", "localhost"}, {"/api/events", "run=a;b&%zz", "evil.example"},
		{"/", "<script>", "localhost:8080"}, {"//api//runs", "q=%00", ""}, {"/api/events", "run=.&run=one%2f..%2f..%2foutside", "localhost."},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	root, _ := besideSecret(f)
	o := watch.DefaultOptions()
	o.Every, o.ListEvery = time.Hour, time.Hour
	server, err := watch.New(root, o)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { server.Close() })
	f.Fuzz(func(t *testing.T, path, query, host string) {
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.URL.Path, request.URL.RawQuery, request.Host = path, query, host
		ctx, cancel := withTimeout(t)
		defer cancel()
		answer := &recorder{ResponseRecorder: httptest.NewRecorder(), written: cancel}
		server.ServeHTTP(answer, request.WithContext(ctx))
		body := answer.Body.String()
		if strings.Contains(body, secret) {
			t.Errorf("%q %q: %q", path, query, body)
		}
		switch answer.Code {
		case 200, 301, 307, 400, 403, 404:
		default:
			t.Errorf("%q %q: status %d", path, query, answer.Code)
		}
		if kind := answer.Header().Get("Content-Type"); strings.HasPrefix(kind, "text/html") && answer.Code == 200 && path != "/" {
			t.Errorf("%q %q: %s", path, query, kind)
		}
		if answer.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%q %q: no policy", path, query)
		}
	})
}

func withTimeout(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), time.Second)
}

// recorder ends a stream once its first messages are there.
type recorder struct {
	*httptest.ResponseRecorder
	written func()
}

func (r *recorder) SetReadDeadline(time.Time) error  { return nil }
func (r *recorder) SetWriteDeadline(time.Time) error { return nil }
func (r *recorder) FlushError() error {
	r.written()
	return nil
}
