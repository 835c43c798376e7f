package main

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

const sizeMax = 1 << 30

// A shape says whether a value is one that the page allows.
type shape func(value any) bool

func literal(expected any) shape {
	return func(value any) bool { return canonical(value) == canonical(expected) }
}

func oneOf(texts ...string) shape {
	return func(value any) bool {
		for _, text := range texts {
			if value == text {
				return true
			}
		}
		return false
	}
}

func number(least, most int) shape {
	return func(value any) bool {
		n, ok := value.(json.Number)
		if !ok || !whole.MatchString(n.String()) {
			return false
		}
		i, err := strconv.Atoi(n.String())
		return err == nil && i >= least && i <= most
	}
}

func text(least, most int) shape {
	return func(value any) bool {
		s, ok := value.(string)
		units := len(utf16.Encode([]rune(s)))
		return ok && units >= least && units <= most
	}
}

func matching(pattern string) shape {
	compiled := regexp.MustCompile(`^(?:` + pattern + `)$`)
	return func(value any) bool {
		s, ok := value.(string)
		return ok && compiled.MatchString(s)
	}
}

func moment(value any) bool {
	s, ok := value.(string)
	_, err := time.Parse("2006-01-02T15:04:05.000Z", s)
	return ok && err == nil && len(s) == 24
}

func truth(value any) bool { _, ok := value.(bool); return ok }

func orNull(one shape) shape {
	return func(value any) bool { return value == nil || one(value) }
}

func list(most int, one shape) shape {
	return func(value any) bool {
		items, ok := value.([]any)
		if !ok || len(items) > most {
			return false
		}
		for _, item := range items {
			if !one(item) {
				return false
			}
		}
		return true
	}
}

func object(fields map[string]shape) shape {
	return func(value any) bool {
		given, ok := value.(map[string]any)
		if !ok || len(given) != len(fields) {
			return false
		}
		for name, field := range fields {
			if part, ok := given[name]; !ok || !field(part) {
				return false
			}
		}
		return true
	}
}

var (
	globalSections = strings.Fields("models agent_defaults approval_rules channels cron gateway")
	agentSections  = strings.Fields("identity model tools skills agent_channels runtime workspace_files")
	sections       = append(append([]string(nil), globalSections...), agentSections...)
	intents        = oneOf("backup", "clone", "share")
	named          = text(1, 512)
	hash           = matching("[0-9a-f]{64}")
)

var headerShape = object(map[string]shape{
	"format":    literal("cbpkg"),
	"version":   literal(2),
	"id":        matching("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
	"intent":    intents,
	"createdAt": moment,
	"secrets":   truth,
	"kdf": object(map[string]shape{
		"name": literal("scrypt"),
		"logN": number(10, 17),
		"r":    literal(8),
		"p":    literal(1),
		"salt": matching("([0-9a-f]{2}){16,64}"),
	}),
	"manifestHash": hash,
	"size":         number(4, sizeMax),
})

var manifestShape = object(map[string]shape{
	"version":   literal(2),
	"intent":    intents,
	"createdAt": moment,
	"source":    object(map[string]shape{"product": named, "gateway": orNull(named)}),
	"sections":  list(len(sections), oneOf(sections...)),
	"agents":    list(10_000, object(map[string]shape{"id": named, "name": text(0, 512)})),
	"entries": list(100_000, object(map[string]shape{
		"path":    text(0, 1<<30),
		"size":    number(0, sizeMax),
		"digest":  hash,
		"section": oneOf(sections...),
		"agent":   orNull(named),
	})),
	"placeholders": list(20_000, object(map[string]shape{"path": named, "kind": named})),
	"removed":      list(20_000, object(map[string]shape{"path": named, "kind": named, "count": number(0, sizeMax)})),
	"missing":      list(20_000, object(map[string]shape{"path": named, "reason": named})),
})
