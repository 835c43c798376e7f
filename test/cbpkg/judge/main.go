// Command judge is a second implementation of docs/design/cbpkg.md, written from that page alone. It reads a JSON list of
// questions from standard input and answers each with one line of JSON: "open" a file, "write" one, or make the "vectors".
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

type question struct {
	Kind       string
	Passphrase string
	File       []byte
	Package    *draft
}

type answer struct {
	Refusal  string            `json:"refusal,omitempty"`
	Detail   string            `json:"detail,omitempty"`
	Header   json.RawMessage   `json:"header,omitempty"`
	Manifest json.RawMessage   `json:"manifest,omitempty"`
	Contents map[string][]byte `json:"contents,omitempty"`
	File     []byte            `json:"file,omitempty"`
	Vectors  []vector          `json:"vectors,omitempty"`
}

// refusal is why a package is not used; its name is one of the page's.
type refusal struct{ name, detail string }

func (r *refusal) Error() string { return r.name + ": " + r.detail }

func refuse(name, detail string, values ...any) error {
	return &refusal{name, fmt.Sprintf(detail, values...)}
}

func answerTo(q question) answer {
	switch q.Kind {
	case "open":
		opened, err := open(q.File, q.Passphrase)
		if r, ok := err.(*refusal); ok {
			return answer{Refusal: r.name, Detail: r.detail}
		}
		must(err)
		return answer{Header: opened.header, Manifest: opened.manifest, Contents: opened.contents}
	case "write":
		file, _ := write(q.Package, q.Passphrase)
		return answer{File: file}
	case "vectors":
		return answer{Vectors: vectors()}
	}
	panic("no such question: " + q.Kind)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	var questions []question
	must(json.NewDecoder(os.Stdin).Decode(&questions))
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for _, q := range questions {
		must(out.Encode(answerTo(q)))
	}
}
