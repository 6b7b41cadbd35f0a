package train

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/unfurl-rnn/unfurl/data"
)

// Setting is one field of a configuration under its dotted key, like "network.coupling".
type Setting struct {
	Key   string
	Value any
}

// KeyError says that a configuration has no such key, and which one may have been meant.
type KeyError struct{ Key, Suggestion string }

func (e *KeyError) Error() string {
	if e.Suggestion == "" {
		return fmt.Sprintf("config: there is no key %q; `train presets fig2-eoc` lists all keys", e.Key)
	}
	return fmt.Sprintf("config: there is no key %q; did you mean %q?", e.Key, e.Suggestion)
}

// fields calls visit for every leaf of a configuration struct, in the order of declaration, with its
// dotted key made of the yaml tags.
func fields(prefix string, value reflect.Value, visit func(key string, field reflect.Value)) {
	for i := range value.NumField() {
		name, options, _ := strings.Cut(value.Type().Field(i).Tag.Get("yaml"), ",")
		field, key := value.Field(i), prefix+name
		switch {
		case field.Kind() != reflect.Struct:
			visit(key, field)
		case options == "inline":
			fields(prefix, field, visit)
		default:
			fields(key+".", field, visit)
		}
	}
}

// Settings returns all fields in the order of declaration.
func (c Config) Settings() []Setting {
	var settings []Setting
	fields("", reflect.ValueOf(c), func(key string, field reflect.Value) {
		settings = append(settings, Setting{key, field.Interface()})
	})
	return settings
}

// Set changes the field of a dotted key. The value may be of the field's type, or a text that is read
// as it.
//
// Errors: [KeyError]; [data.FieldError] for a value of another type.
func (c *Config) Set(key string, value any) error {
	var target reflect.Value
	var keys []string
	fields("", reflect.ValueOf(c).Elem(), func(name string, field reflect.Value) {
		keys = append(keys, name)
		if name == key {
			target = field
		}
	})
	if !target.IsValid() && slices.ContainsFunc(keys, func(name string) bool { return strings.HasPrefix(name, key+".") }) {
		if value == nil {
			value = null
		}
		return &data.FieldError{Field: key, Value: value, Allowed: fmt.Sprintf("a section with keys in it; leave it out to keep its values, or write %s.NAME", key)}
	}
	if !target.IsValid() {
		return &KeyError{Key: key, Suggestion: nearest(key, keys)}
	}
	return assign(key, target, value)
}

// assign stores a value in a field through its text form, so that files and command lines obey the
// same rules.
func assign(key string, target reflect.Value, value any) error {
	text, isText := value.(string)
	switch {
	case value == nil:
		text = null
	case !isText:
		text = fmt.Sprint(value)
	}
	var err error
	wanted := ""
	switch target.Kind() {
	case reflect.String:
		wanted = "a text"
		if value == nil {
			text = ""
		}
		target.SetString(text)
	case reflect.Bool:
		wanted = "true or false"
		var v bool
		if v, err = strconv.ParseBool(text); err == nil {
			target.SetBool(v)
		}
	case reflect.Int:
		wanted = "a whole number"
		var v int64
		if v, err = parse(text, func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }); err == nil {
			target.SetInt(v)
		}
	case reflect.Uint64:
		wanted = "a whole number, 0 or more"
		var v uint64
		if v, err = parse(text, func(s string) (uint64, error) { return strconv.ParseUint(s, 10, 64) }); err == nil {
			target.SetUint(v)
		}
	case reflect.Float64:
		wanted = "a number"
		var v float64
		if v, err = parse(text, func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }); err == nil {
			target.SetFloat(v)
		}
	}
	switch {
	case err == nil:
		return nil
	case value == nil:
		wanted += "; leave the key out to keep its value"
	case hasLeadingZero(text):
		wanted += " without a leading zero, with which it is octal to some programs and decimal to others"
	}
	return &data.FieldError{Field: key, Value: text, Allowed: wanted}
}

// null is how YAML writes that there is no value.
const null = "null"

// parse reads a number, but for forms that mean another number elsewhere, or none: 010, 0x1p4, 1_000.
func parse[T any](text string, read func(string) (T, error)) (T, error) {
	if hasLeadingZero(text) || strings.ContainsAny(text, "xX_") {
		var none T
		return none, strconv.ErrSyntax
	}
	return read(text)
}

// hasLeadingZero tells whether a whole number begins with a zero that it does not need, like 010.
func hasLeadingZero(text string) bool {
	digits := strings.TrimLeft(text, "+-")
	return len(digits) > 1 && digits[0] == '0' && strings.Trim(digits, "0123456789") == ""
}

// ApplyYAML changes the fields that a YAML text names and leaves the others. See [ReadSettings] and [Config.Apply].
//
// Errors: those of [ReadSettings], [KeyError], [data.FieldError]; c is then unchanged.
func (c *Config) ApplyYAML(text []byte) error {
	settings, err := ReadSettings(text)
	if err != nil {
		return err
	}
	return c.Apply(settings...)
}

// Apply changes the fields that settings name, in their order, and leaves the others. Where drawn inputs have as many
// dimensions as the network has units, as in the paper's high-dimensional task, and the settings name network.units but
// not task.dimension, the inputs get as many dimensions as the network now has units.
//
// Errors: [KeyError], [data.FieldError]; c is then unchanged.
func (c *Config) Apply(settings ...Setting) error {
	changed := *c
	named := map[string]bool{}
	for _, setting := range settings {
		if err := changed.Set(setting.Key, setting.Value); err != nil {
			return err
		}
		named[setting.Key] = true
	}
	if changed.Task.Points == "" && c.Task.Dimension == c.Network.Units && changed.Network.Units >= 1 && named["network.units"] && !named["task.dimension"] {
		changed.Task.Dimension = changed.Network.Units
	}
	*c = changed
	return nil
}

// ReadSettings returns what a YAML text sets, sorted by key. Keys may be nested, dotted, or both.
//
// Errors: those of [UnmarshalYAML] for more than 64 KiB; a key that is given twice, nested and dotted.
func ReadSettings(text []byte) ([]Setting, error) {
	var tree map[string]any
	if err := UnmarshalYAML(text, maximalConfiguration, &tree); err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	var settings []Setting
	flatten("", tree, &settings)
	slices.SortStableFunc(settings, func(a, b Setting) int { return strings.Compare(a.Key, b.Key) })
	for i := 1; i < len(settings); i++ {
		if key := settings[i].Key; key == settings[i-1].Key {
			return nil, fmt.Errorf("config: %s is given twice, nested and dotted (%v and %v); keep one", key, settings[i-1].Value, settings[i].Value)
		}
	}
	return settings, nil
}

func flatten(prefix string, tree map[string]any, settings *[]Setting) {
	for name, value := range tree {
		if branch, ok := value.(map[string]any); ok {
			flatten(prefix+name+".", branch, settings)
		} else {
			*settings = append(*settings, Setting{prefix + name, value})
		}
	}
}

// YAML returns the whole configuration as text that [Config.ApplyYAML] reads back.
func (c Config) YAML() ([]byte, error) { return yaml.Marshal(c) }

// Tree returns the configuration as nested maps, for files of other formats.
func (c Config) Tree() map[string]any {
	tree := map[string]any{}
	for _, setting := range c.Settings() {
		branch := tree
		parts := strings.Split(setting.Key, ".")
		for _, part := range parts[:len(parts)-1] {
			next, ok := branch[part].(map[string]any)
			if !ok {
				next = map[string]any{}
				branch[part] = next
			}
			branch = next
		}
		branch[parts[len(parts)-1]] = setting.Value
	}
	return tree
}

// usedTree returns the configuration as [Config.Tree] does, but apart what a run on the user's own points does not use:
// the settings of drawn clusters, which a reader would take for facts of the points. unused is nil where there is none.
func (c Config) usedTree() (used, unused map[string]any) {
	used = c.Tree()
	task, ok := used["task"].(map[string]any)
	if c.Task.Points == "" || !ok {
		return used, nil
	}
	apart := map[string]any{}
	fields("", reflect.ValueOf(c.Task.ClusterConfig), func(key string, _ reflect.Value) {
		apart[key] = task[key]
		delete(task, key)
	})
	return used, map[string]any{"task": apart}
}

// Differences lists the keys whose values differ, with both values, for the keys that change what a
// run computes: when checkpoints are written does not.
func (c Config) Differences(other Config) []string {
	var differences []string
	theirs := other.Settings()
	for i, setting := range c.Settings() {
		if setting.Value != theirs[i].Value && !strings.HasPrefix(setting.Key, "training.checkpoint.") {
			differences = append(differences, fmt.Sprintf("%s: %v, here %v", setting.Key, theirs[i].Value, setting.Value))
		}
	}
	return differences
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// nearest returns the known key with the smallest edit distance to a mistyped one, comparing also with
// the last part of each key; empty if none is near.
func nearest(key string, known []string) string {
	best, distance := "", max(2, len(key)/3)+1
	for _, candidate := range known {
		d := editDistance(key, candidate)
		if _, last, found := cutLast(candidate, "."); found {
			d = min(d, editDistance(key, last)+1)
		}
		if d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

// editDistance is the least number of inserted, deleted and replaced bytes that turn a into b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// youngerKeys are the keys, or the sections with a dot at the end, that came after fingerprints were first kept in
// files. A new key belongs here, and its default then stays as it is.
var youngerKeys = []string{"task.shares."}

// Fingerprint returns 16 hexadecimal digits that stand for the configuration: equal where [Config.Differences]
// finds none, and in practice different where it finds one. It is the start of the SHA-256 of all settings but
// younger keys that have their defaults, so that sweeps from before these keys keep their identities.
func (c Config) Fingerprint() string {
	hash := sha256.New()
	defaults := DefaultConfig().Settings()
	for i, setting := range c.Settings() {
		younger := slices.ContainsFunc(youngerKeys, func(key string) bool {
			return setting.Key == key || strings.HasSuffix(key, ".") && strings.HasPrefix(setting.Key, key)
		})
		if strings.HasPrefix(setting.Key, "training.checkpoint.") || younger && setting.Value == defaults[i].Value {
			continue
		}
		fmt.Fprintf(hash, "%s = %v\n", setting.Key, setting.Value)
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}
