package watch

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// Server shows the runs below a folder over HTTP. It is safe for concurrent use.
type Server struct {
	options Options
	root    *os.Root
	hosts   map[string]bool
	handler http.Handler
	list    *list
	ctx     context.Context
	cancel  context.CancelFunc
	work    sync.WaitGroup

	mutex   sync.Mutex
	streams int
	tails   map[string]*followed
	listing context.CancelFunc // stops the goroutine that looks for runs, nil without streams

	measuring sync.Mutex // one effective dimensionality at a time
}

// followed is a tail and the number of its viewers.
type followed struct {
	*tail
	viewers int
	stop    context.CancelFunc
}

// New returns a server of the runs below a folder. The caller closes it.
//
// Errors: those of [Options.Validate], a folder that cannot be opened.
func New(folder string, o Options) (*Server, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("watch: %w; give the folder that holds the runs", err)
	}
	s := &Server{
		options: o, root: root, hosts: map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true},
		list: newList(root, o.ListEvery), tails: map[string]*followed{},
	}
	for _, host := range o.Hosts {
		s.hosts[hostName(host)] = true
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	mux := http.NewServeMux()
	for name, content := range assets {
		mux.HandleFunc(name, content.serve)
	}
	mux.HandleFunc("/api/runs", s.serveRuns)
	mux.HandleFunc("/api/events", s.serveEvents)
	s.handler = s.guard(mux)
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close ends all streams and waits for what the server started.
func (s *Server) Close() error {
	s.mutex.Lock() // from now on no stream starts anything
	s.cancel()
	s.mutex.Unlock()
	s.work.Wait()
	return s.root.Close()
}

const (
	headerTimeout = 5 * time.Second
	writeTimeout  = 10 * time.Second // also of each message of a stream
	idleTimeout   = time.Minute
	largestHeader = 16 << 10
	closing       = 2 * time.Second
)

// Serve answers connections until the context ends. The number of open connections is bounded; more wait.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: largestHeader,
	}
	stopped := make(chan error, 1)
	go func() {
		stopped <- server.Serve(&limited{Listener: listener, places: make(chan struct{}, s.options.Connections)})
	}()
	select {
	case err := <-stopped:
		return fmt.Errorf("watch: %w", err)
	case <-ctx.Done():
	}
	s.cancel() // streams would not end by themselves
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer cancel()
	if err := server.Shutdown(limit); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("watch: %w", err)
	}
	return server.Close()
}

// limited is a listener with a bound on open connections.
type limited struct {
	net.Listener
	places chan struct{}
}

func (l *limited) Accept() (net.Conn, error) {
	l.places <- struct{}{}
	connection, err := l.Listener.Accept()
	if err != nil {
		<-l.places
		return nil, err
	}
	return &counted{Conn: connection, places: l.places}, nil
}

type counted struct {
	net.Conn
	places chan struct{}
	once   sync.Once
}

func (c *counted) Close() error {
	c.once.Do(func() { <-c.places })
	return c.Conn.Close()
}

// join starts a stream on the named runs: on the list, and on a tail for each run, which is started if nobody follows it yet.
func (s *Server) join(v *viewer, names []string) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.streams >= s.options.Streams || s.ctx.Err() != nil {
		return false
	}
	s.streams++
	if s.listing == nil {
		s.listing = s.every(s.options.ListEvery, s.list.look)
	}
	s.list.join(v)
	for _, name := range names {
		f := s.tails[name]
		if f == nil {
			t := &tail{root: s.root, name: name, locate: func() (string, map[string]any) { return s.list.locate(name) }, config: map[string]string{}}
			t.look()
			f = &followed{tail: t}
			f.stop = s.every(s.options.Every, s.follower(t))
			s.tails[name] = f
		}
		f.viewers++
		f.greet(v)
	}
	return true
}

// leave ends a stream and stops the tails that nobody watches any more.
func (s *Server) leave(v *viewer, names []string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.list.leave(v)
	for _, name := range names {
		f := s.tails[name]
		f.leave(v)
		if f.viewers--; f.viewers == 0 {
			f.stop()
			delete(s.tails, name)
		}
	}
	if s.streams--; s.streams == 0 {
		s.listing()
		s.listing = nil
	}
}

// every calls work again and again until the function that it returns is called or the server is closed.
func (s *Server) every(period time.Duration, work func()) (stop context.CancelFunc) {
	ctx, stop := context.WithCancel(s.ctx)
	s.work.Go(func() {
		ticker := time.NewTicker(period)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				work()
			}
		}
	})
	return stop
}
