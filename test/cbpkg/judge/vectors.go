package main

import (
	"bytes"
	"encoding/hex"
	"strings"
)

// vector is a file and what has to come of it: contents, or the name of a refusal.
type vector struct {
	Name       string            `json:"name"`
	Passphrase string            `json:"passphrase"`
	File       []byte            `json:"file"`
	Keys       map[string]string `json:"keys,omitempty"`
	Contents   map[string][]byte `json:"contents,omitempty"`
	Refusal    string            `json:"refusal,omitempty"`
}

const passphrase = "correct horse battery staple"

func fixed(logN int, entries ...draftEntry) *draft {
	return &draft{
		Intent: "backup", CreatedAt: "2026-11-21T10:00:00.000Z", ID: "6f0b1f1c-2f5e-4a7d-9c3b-0123456789ab",
		Secrets: true, LogN: logN, KdfSalt: []byte("sixteen bytes ok"), Salt: []byte("twenty-four bytes of it."),
		Agents: []any{map[string]any{"id": "main", "name": "小管家"}}, Entries: entries,
	}
}

func file(path, content string) draftEntry {
	agent := "main"
	return draftEntry{"agents/main/workspace/" + path, "workspace_files", &agent, []byte(content)}
}

func good(name, passphrase string, d *draft) vector {
	written, k := write(d, passphrase)
	contents := map[string][]byte{}
	for _, e := range d.Entries {
		contents[e.Path] = append([]byte{}, e.Content...)
	}
	return vector{name, passphrase, written, map[string]string{
		"inputKey": hex.EncodeToString(k.input), "digestKey": hex.EncodeToString(k.digest), "key": hex.EncodeToString(k.key),
		"baseNonce": hex.EncodeToString(k.nonce), "commitment": hex.EncodeToString(k.commitment),
	}, contents, ""}
}

func vectors() []vector {
	models := draftEntry{"global/models.json", "models", nil, []byte(`{"default":"x"}`)}
	small := good("two entries", passphrase, fixed(10, models, file("SOUL.md", "I am.\n")))
	all := []vector{
		good("no entries", passphrase, fixed(10)),
		small,
		good("a passphrase that is not in normal form C", "pa\u0308ssphra\u0308se und mehr", fixed(10, file("ü.md", "ü"))),
		good("three chunks", passphrase, fixed(10, file("empty", ""), file("long", strings.Repeat("0123456789", 4000)))),
		good("a plaintext of 16384 bytes, so that the last chunk is empty", passphrase, wholeChunk()),
		good("logN of 15 and a salt of 64 bytes", passphrase, longSalt()),
	}
	return append(all, refused(small.File)...)
}

func longSalt() *draft {
	d := fixed(15, file("f", "content"))
	d.KdfSalt = bytes.Repeat([]byte("sixteen bytes ok"), 4)
	return d
}

// wholeChunk fills one file until manifest and content are a chunk: its size has five digits all the while.
func wholeChunk() *draft {
	d := fixed(10, file("f", strings.Repeat("x", 10000)))
	manifest, _ := manifestOf(d, make([]byte, 32))
	d.Entries[0].Content = []byte(strings.Repeat("x", chunkSize-4-len(manifest)))
	return d
}

func refused(small []byte) []vector {
	bad := func(name, refusal string, file []byte) vector {
		return vector{name, passphrase, file, nil, nil, refusal}
	}
	altered := func(at int) []byte {
		copied := append([]byte(nil), small...)
		copied[(at+len(copied))%len(copied)] ^= 1
		return copied
	}
	made := func(change func(*draft)) []byte {
		d := fixed(10, file("f", "content"))
		change(d)
		written, _ := write(d, passphrase)
		return written
	}
	at := func(paths ...string) []byte {
		return made(func(d *draft) {
			d.Entries = nil
			for _, path := range paths {
				d.Entries = append(d.Entries, file(path, "content"))
			}
		})
	}
	future := append([]byte(nil), small...)
	future[6] = 3
	limit := made(func(d *draft) { d.LogN = 10 })
	limit = bytes.Replace(limit, []byte(`"logN":10`), []byte(`"logN":18`), 1)
	return []vector{
		{"another passphrase", "correct horse battery stable", small, nil, nil, "wrong_passphrase"},
		bad("another format", "not_a_package", []byte("PK\x03\x04 and so on")),
		bad("a future version", "future_version", future),
		bad("logN of 18", "bad_header", limit),
		bad("an altered salt", "wrong_passphrase", altered(-len(small)+11+int(small[9])<<8+int(small[10]))),
		bad("an altered last byte", "damaged", altered(-1)),
		bad("one byte less", "truncated", small[:len(small)-1]),
		bad("one byte more", "damaged", append(append([]byte(nil), small...), 0)),
		bad("a digest of something else", "damaged", made(func(d *draft) { d.WrongDigest = true })),
		bad("an agent that is not named", "bad_manifest", made(func(d *draft) { d.Agents = nil })),
		bad("two agents that differ by case", "bad_manifest", made(func(d *draft) {
			d.Agents = append(d.Agents, map[string]any{"id": "MAIN", "name": ""})
		})),
		bad("a path that leads away", "bad_path", at("../../../etc/passwd")),
		bad("a backslash", "bad_path", at(`a\b`)),
		bad("a drive", "bad_path", at("c:/b")),
		bad("a path that is not in normal form C", "bad_path", at("u\u0308.md")),
		bad("two paths that differ by case", "bad_path", at("Straße", "STRASSE")),
		bad("a file that is a folder too", "bad_path", at("a", "A/b")),
	}
}
