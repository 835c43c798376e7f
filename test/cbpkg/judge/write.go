package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// draft is what a package is made of. Salts and id are random where they are not given.
type draft struct {
	Intent, CreatedAt, ID string
	Secrets               bool
	LogN                  int
	KdfSalt, Salt         []byte
	Agents                []any
	Entries               []draftEntry
	Placeholders          []any
	Removed               []any
	Missing               []any
	WrongDigest           bool
}

type draftEntry struct {
	Path, Section string
	Agent         *string
	Content       []byte
}

func random(size int) []byte {
	bytes := make([]byte, size)
	_, err := rand.Read(bytes)
	must(err)
	return bytes
}

func orEmpty(items []any) []any {
	if items == nil {
		return []any{}
	}
	return items
}

func uuid() string {
	b := random(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// write makes a file, and answers the keys that it was made with.
func write(d *draft, passphrase string) ([]byte, keys) {
	if d.ID == "" {
		d.ID = uuid()
	}
	if d.KdfSalt == nil {
		d.KdfSalt = random(16)
	}
	if d.Salt == nil {
		d.Salt = random(24)
	}
	input := inputKey(passphrase, d.KdfSalt, d.LogN)
	manifest, contents := manifestOf(d, digestKey(input, d.ID))
	plaintext := append(append(uint32Bytes(len(manifest)), manifest...), contents...)
	sum := sha256.Sum256(manifest)
	header := canonical(map[string]any{
		"format": "cbpkg", "version": 2, "id": d.ID, "intent": d.Intent, "createdAt": d.CreatedAt, "secrets": d.Secrets,
		"kdf":          map[string]any{"name": "scrypt", "logN": d.LogN, "r": 8, "p": 1, "salt": hex.EncodeToString(d.KdfSalt)},
		"manifestHash": hex.EncodeToString(sum[:]), "size": len(plaintext),
	})
	preamble := append(append([]byte("CBPKG\x00\x02"), uint32Bytes(len(header))...), header...)
	k := chunkKeys(input, d.ID, d.Salt, preamble)
	file := append(append(append([]byte(nil), preamble...), d.Salt...), k.commitment...)
	for index := 0; ; index++ {
		chunk := plaintext[index*chunkSize : least(len(plaintext), (index+1)*chunkSize)]
		file = k.aead.Seal(file, k.nonceOf(uint64(index)), chunk, nil)
		if len(chunk) < chunkSize {
			return file, k
		}
	}
}

func manifestOf(d *draft, key []byte) (manifest, contents []byte) {
	entries, present := []any{}, map[string]bool{}
	for _, e := range d.Entries {
		contents = append(contents, e.Content...)
		present[e.Section] = true
		var agent any
		if e.Agent != nil {
			agent = *e.Agent
		}
		sum := digest(key, e.Path, e.Content)
		if d.WrongDigest {
			sum = digest(key, e.Path, append([]byte("not "), e.Content...))
		}
		entries = append(entries, map[string]any{
			"path": e.Path, "size": len(e.Content), "digest": sum, "section": e.Section, "agent": agent,
		})
	}
	listed := []any{}
	for _, section := range sections {
		if present[section] {
			listed = append(listed, section)
		}
	}
	return []byte(canonical(map[string]any{
		"version": 2, "intent": d.Intent, "createdAt": d.CreatedAt,
		"source":   map[string]any{"product": "judge", "gateway": nil},
		"sections": listed, "agents": orEmpty(d.Agents), "entries": entries,
		"placeholders": orEmpty(d.Placeholders), "removed": orEmpty(d.Removed), "missing": orEmpty(d.Missing),
	})), contents
}
