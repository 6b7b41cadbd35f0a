package watch

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// policy lets the page load its own files and query this server, nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard refuses requests that no page of this server makes, and sends the headers that restrict browsers.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			w.Header().Set(name, value)
		}
		switch site := r.Header.Get("Sec-Fetch-Site"); {
		case !s.hosts[hostName(r.Host)]:
			http.Error(w, fmt.Sprintf("this server does not answer to the name %q; start it with --host and that name if it is yours", hostName(r.Host)),
				http.StatusForbidden)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD: nothing can be changed here", http.StatusMethodNotAllowed)
		case strings.HasPrefix(r.URL.Path, "/api/") && site != "" && site != "same-origin" && site != "none":
			http.Error(w, "requests from pages of other sites are refused", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

//go:embed watch.html watch.css watch.js watch_chart.js
var files embed.FS

// asset is a file of the page.
type asset struct{ name, kind string }

var assets = map[string]asset{
	"/{$}":            {"watch.html", "text/html; charset=utf-8"},
	"/watch.css":      {"watch.css", "text/css; charset=utf-8"},
	"/watch.js":       {"watch.js", "text/javascript; charset=utf-8"},
	"/watch_chart.js": {"watch_chart.js", "text/javascript; charset=utf-8"},
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	content, err := files.ReadFile(a.name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", a.kind)
	if r.Method == http.MethodGet {
		_, _ = w.Write(content) // the client is gone
	}
}

// serveRuns lists the matching runs.
func (s *Server) serveRuns(w http.ResponseWriter, r *http.Request) {
	f, err := parseFilter(r.URL.RawQuery)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.list.look()
	runs, leftOut := s.list.runs(f)
	text, err := json.Marshal(listing(runs, leftOut))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodGet {
		_, _ = w.Write(text) // the client is gone
	}
}

// heartbeat is the time between messages that show that an idle stream is alive.
const heartbeat = 15 * time.Second

// serveEvents streams the list and the named runs.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request) {
	names, err := parseRuns(r.URL.RawQuery)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.list.look()
	for _, name := range names {
		if !s.list.has(name) {
			http.Error(w, fmt.Sprintf("no run %q; /api/runs lists them", name), http.StatusNotFound)
			return
		}
	}
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	v := newViewer()
	if !s.join(v, names) {
		w.Header().Set("Retry-After", "30")
		http.Error(w, "too many viewers", http.StatusServiceUnavailable)
		return
	}
	defer s.leave(v, names)
	stream := http.NewResponseController(w)
	if err := stream.SetReadDeadline(time.Time{}); err != nil { // no more is read
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		message := []byte(":\n\n")
		select {
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		case <-v.lost:
			return
		case <-beat.C:
		case message = <-v.messages:
		}
		if stream.SetWriteDeadline(time.Now().Add(writeTimeout)) != nil {
			return
		}
		if _, err := w.Write(message); err != nil {
			return
		}
		if len(v.messages) == 0 && stream.Flush() != nil {
			return
		}
	}
}
