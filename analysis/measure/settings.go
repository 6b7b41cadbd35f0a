package measure

import (
	"fmt"
	"strings"
)

// setting is a key and its value as text.
type setting struct{ key, value string }

// Keys that are not in the configuration, but distinguish networks as well.
const (
	keyImported = "imported"
	KeyRun      = "run" // of networks that one configuration does not distinguish
)

// Keys with their own column or meaning.
const (
	keySeed        = "seed"
	keyRealisation = "realisation"
	keyDimension   = "task.dimension"
	KeyCoupling    = "network.coupling"
	keyKind        = "task.kind"
	keyCell        = "network.cell"
	keyFurther     = "measures.further"
)

// pooledSettings lists what networks of one group agree in: the settings that they use.
func (m *Measurements) pooledSettings() []setting {
	var settings []setting
	uses := m.Config.Using(m.Imported)
	for _, s := range m.Config.Settings() {
		switch {
		case s.Key == keySeed, s.Key == keyRealisation, strings.HasPrefix(s.Key, "training.checkpoint."), s.Key == keyFurther:
			continue // the latter change no number
		case s.Key == keyDimension && m.dimension() > 0: // of points too: the number of their inputs
		case !uses(s.Key):
			continue
		}
		settings = append(settings, setting{s.Key, fmt.Sprint(s.Value)})
	}
	return append(settings, setting{keyImported, fmt.Sprint(m.Imported)})
}
