// Command judge holds what our log says against the reference implementation of transparency logs, golang.org/x/mod/sumdb.
// It reads one JSON document from standard input and answers one line for each question: "ok" or the fault.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Kind     string
	Note     string
	Keys     []string
	Proof    []string
	Size     int64
	Root     string
	Older    int64
	OldRoot  string
	Index    int64
	Leaf     string
	Entries  []string
}

func hash(text string) (h tlog.Hash) {
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(bytes) != len(h) {
		panic("not a hash: " + text)
	}
	copy(h[:], bytes)
	return h
}

func hashes(texts []string) (all []tlog.Hash) {
	for _, text := range texts {
		all = append(all, hash(text))
	}
	return all
}

func judge(q question) error {
	switch q.Kind {
	case "note":
		var verifiers []note.Verifier
		for _, key := range q.Keys {
			verifier, err := note.NewVerifier(key)
			if err != nil {
				return err
			}
			verifiers = append(verifiers, verifier)
		}
		opened, err := note.Open([]byte(q.Note), note.VerifierList(verifiers...))
		if err != nil {
			return err
		}
		if len(opened.Sigs) != len(q.Keys) {
			return fmt.Errorf("%d of %d keys signed", len(opened.Sigs), len(q.Keys))
		}
		lines := strings.Split(opened.Text, "\n")
		if len(lines) != 4 || lines[1] != fmt.Sprint(q.Size) || lines[2] != q.Root {
			return fmt.Errorf("another checkpoint: %q", opened.Text)
		}
		return nil
	case "inclusion":
		return tlog.CheckRecord(tlog.RecordProof(hashes(q.Proof)), q.Size, hash(q.Root), q.Index, hash(q.Leaf))
	case "consistency":
		return tlog.CheckTree(tlog.TreeProof(hashes(q.Proof)), q.Size, hash(q.Root), q.Older, hash(q.OldRoot))
	case "root":
		var stored []tlog.Hash
		reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
			out := make([]tlog.Hash, len(indexes))
			for i, index := range indexes {
				out[i] = stored[index]
			}
			return out, nil
		})
		for n, text := range q.Entries {
			entry, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return err
			}
			more, err := tlog.StoredHashes(int64(n), entry, reader)
			if err != nil {
				return err
			}
			stored = append(stored, more...)
		}
		root, err := tlog.TreeHash(int64(len(q.Entries)), reader)
		if err != nil {
			return err
		}
		if root != hash(q.Root) {
			return fmt.Errorf("the root is %s", root)
		}
		return nil
	}
	return fmt.Errorf("unknown kind %q", q.Kind)
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		panic(err)
	}
	for _, q := range questions {
		if err := judge(q); err != nil {
			fmt.Println(err)
		} else {
			fmt.Println("ok")
		}
	}
}
