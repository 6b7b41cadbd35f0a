package watch

import "sync"

// viewer is one open stream. Its messages wait in a queue; a slow viewer whose queue fills is disconnected, since a browser that
// reconnects gets the whole history.
type viewer struct {
	messages chan []byte
	lost     chan struct{} // closed when the queue was full
	losing   sync.Once
}

// queueLength is about half a minute of a run that writes an epoch at every look, plus the first messages.
const queueLength = 2*mostChosen + 64

func newViewer() *viewer {
	return &viewer{messages: make(chan []byte, queueLength), lost: make(chan struct{})}
}

// tell queues a message and reports whether there was room.
func (v *viewer) tell(message []byte) bool {
	select {
	case v.messages <- message:
		return true
	default:
		v.losing.Do(func() { close(v.lost) })
		return false
	}
}

// audience is the set of viewers of the list or of a run. Its owner's lock guards it.
type audience map[*viewer]struct{}

func (a *audience) add(v *viewer) {
	if *a == nil {
		*a = audience{}
	}
	(*a)[v] = struct{}{}
}

func (a *audience) remove(v *viewer) { delete(*a, v) }

// tell queues a message for all. It never waits.
func (a *audience) tell(message []byte) {
	for v := range *a {
		if !v.tell(message) {
			delete(*a, v)
		}
	}
}
