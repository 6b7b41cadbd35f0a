package train

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
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
		return fmt.Sprintf("config: there is no key %q; `train keys` lists all keys", e.Key)
	}
	return fmt.Sprintf("config: there is no key %q; did you mean %q?", e.Key, e.Suggestion)
}

// fields calls visit for every leaf of a configuration struct, in the order of declaration, with its dotted key made of the
// yaml tags, and options for every set of options, with the key that stands before its kinds.
func fields(prefix string, value reflect.Value, visit func(key string, field reflect.Value, tag reflect.StructTag), options func(prefix string, field reflect.Value)) {
	for i := range value.NumField() {
		tag := value.Type().Field(i).Tag
		name, mark, _ := strings.Cut(tag.Get("yaml"), ",")
		field, key := value.Field(i), prefix+name
		switch {
		case mark == "options":
			if name != "" {
				key += "."
			}
			options(key, field)
		case field.Kind() != reflect.Struct:
			visit(key, field, tag)
		case mark == "inline":
			fields(prefix, field, visit, options)
		default:
			fields(key+".", field, visit, options)
		}
	}
}

// Settings returns all fields in the order of declaration; of options, those of the kinds that the configuration names.
func (c Config) Settings() []Setting {
	var settings []Setting
	fields("", reflect.ValueOf(c), func(key string, field reflect.Value, _ reflect.StructTag) {
		settings = append(settings, Setting{key, field.Interface()})
	}, func(prefix string, field reflect.Value) {
		options := field.Interface().(data.Options)
		for _, place := range c.optionPlaces(prefix) {
			if !place.active && !slices.Contains(options.Kinds(), place.kind) {
				continue
			}
			of := place.defaults()
			if err := options.Into(place.kind, of); err != nil {
				panic(err) // With has checked them
			}
			for _, option := range data.OptionsOf(of) {
				settings = append(settings, Setting{prefix + place.kind + "." + option.Key, option.Value})
			}
		}
	})
	return settings
}

// Keys lists every key, including those of kinds that the configuration does not name.
func (c Config) Keys() []string {
	var keys []string
	for _, described := range c.Describe() {
		keys = append(keys, described.Key)
	}
	return keys
}

// CheckKey returns the error of a key that does not exist.
//
// Errors: [KeyError].
func (c Config) CheckKey(key string) error {
	if keys := c.Keys(); !slices.Contains(keys, key) {
		return &KeyError{Key: key, Suggestion: nearest(key, keys)}
	}
	return nil
}

// Set changes the field of a dotted key. The value has the field's type, or is a text that is parsed as
// that type.
//
// Errors: [KeyError]; [data.FieldError] for a value of another type.
func (c *Config) Set(key string, value any) error {
	found := false
	var err error
	fields("", reflect.ValueOf(c).Elem(), func(name string, field reflect.Value, _ reflect.StructTag) {
		if name == key {
			found, err = true, data.Assign(key, field, value)
		}
	}, func(prefix string, field reflect.Value) {
		for _, place := range c.optionPlaces(prefix) {
			name, ok := strings.CutPrefix(key, prefix+place.kind+".")
			if !ok || !slices.ContainsFunc(data.OptionsOf(place.defaults()), func(o data.Option) bool { return o.Key == name }) {
				continue
			}
			var options data.Options
			options, err = field.Interface().(data.Options).With(place.kind, name, value, place.defaults())
			found, err = true, data.Within(prefix+place.kind, err)
			field.SetString(string(options))
		}
	})
	if found {
		return err
	}
	keys := c.Keys()
	if slices.ContainsFunc(keys, func(name string) bool { return strings.HasPrefix(name, key+".") }) {
		if value == nil {
			value = "null"
		}
		return &data.FieldError{Field: key, Value: value, Allowed: fmt.Sprintf("a section with keys in it; leave it out to keep its values, or write %s.NAME", key)}
	}
	return &KeyError{Key: key, Suggestion: nearest(key, keys)}
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
	if changed.Task.drawsClusters() && c.Task.Dimension == c.Network.Units && changed.Network.Units >= 1 && named["network.units"] && !named["task.dimension"] {
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
func (c Config) YAML() ([]byte, error) {
	var root yaml.MapSlice
	for _, setting := range c.Settings() {
		root = inserted(root, strings.Split(setting.Key, "."), setting.Value)
	}
	return yaml.Marshal(root)
}

// inserted returns a tree with one more leaf, in the order of first mention.
func inserted(tree yaml.MapSlice, path []string, value any) yaml.MapSlice {
	if len(path) == 1 {
		return append(tree, yaml.MapItem{Key: path[0], Value: value})
	}
	for i, item := range tree {
		if item.Key == path[0] {
			tree[i].Value = inserted(item.Value.(yaml.MapSlice), path[1:], value)
			return tree
		}
	}
	return append(tree, yaml.MapItem{Key: path[0], Value: inserted(nil, path[1:], value)})
}

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

// Differences lists the keys whose values differ, with both values, among the keys that change what a
// run computes: those of training.checkpoint do not.
func (c Config) Differences(other Config) []string {
	var differences []string
	ours, theirs := c.Settings(), other.Settings()
	compare := func(key string, mine, other any) {
		if mine != other && !strings.HasPrefix(key, "training.checkpoint.") {
			differences = append(differences, fmt.Sprintf("%s: %v, here %v", key, other, mine))
		}
	}
	for _, setting := range ours {
		compare(setting.Key, setting.Value, valueOf(theirs, setting.Key))
	}
	for _, setting := range theirs {
		if valueOf(ours, setting.Key) == absent {
			compare(setting.Key, absent, setting.Value)
		}
	}
	return differences
}

// absent stands for the value of a key that a configuration does not have, because it has another kind of task.
const absent = "not there"

func valueOf(settings []Setting, key string) any {
	for _, setting := range settings {
		if setting.Key == key {
			return setting.Value
		}
	}
	return absent
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

// youngerKeys are the keys, or sections with a dot at the end, that were added after fingerprints were first stored in
// files. A new key belongs here, and its default must not change afterwards. Keys of options are all younger.
var youngerKeys = []string{
	"task.shares.", "task.kind", "task.sequences",
	"network.cell", "network.input", "network.embedding", "network.leak", "network.leak_spread", "network.rank", "network.excitatory", "network.density",
	"network.self_connections", "network.noise", "network.input_noise", "network.dropout",
	"training.readouts", "training.frozen", "training.clip_norm", "training.label_noise", "training.readout_noise", "training.anneal.", "measures.input", "measures.further",
}

// Fingerprint returns 16 hexadecimal digits that stand for the configuration: equal where [Config.Differences]
// finds none, and in practice different where it finds one. It is the start of the SHA-256 of all settings except
// younger keys at their defaults, so that sweeps older than these keys keep their identities.
func (c Config) Fingerprint() string {
	hash := sha256.New()
	defaults := DefaultConfig().Settings()
	younger := func(setting Setting) bool {
		return slices.ContainsFunc(youngerKeys, func(key string) bool {
			return setting.Key == key || strings.HasSuffix(key, ".") && strings.HasPrefix(setting.Key, key)
		})
	}
	write := func(key string, value any) {
		if !strings.HasPrefix(key, "training.checkpoint.") {
			fmt.Fprintf(hash, "%s = %v\n", key, value)
		}
	}
	fields("", reflect.ValueOf(c), func(key string, field reflect.Value, _ reflect.StructTag) {
		setting := Setting{key, field.Interface()}
		if !younger(setting) || setting.Value != valueOf(defaults, key) {
			write(key, setting.Value)
		}
	}, func(prefix string, field reflect.Value) {
		if options := field.String(); options != "" { // those that differ from their defaults
			write(strings.TrimSuffix(prefix, "."), options)
		}
	})
	return hex.EncodeToString(hash.Sum(nil)[:8])
}
