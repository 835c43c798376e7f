package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

type opened struct {
	header, manifest []byte
	contents         map[string][]byte
}

func intOf(value any) int {
	n, err := strconv.Atoi(value.(json.Number).String())
	must(err)
	return n
}

func open(file []byte, passphrase string) (*opened, error) {
	magic := []byte("CBPKG\x00")
	if start := file[:least(len(file), 6)]; len(start) == 0 || !bytes.HasPrefix(magic, start) {
		return nil, refuse("not_a_package", "the file begins with %x", start)
	}
	if len(file) < 11 {
		return nil, refuse("truncated", "%d bytes", len(file))
	}
	if version := file[6]; version > 2 {
		return nil, refuse("future_version", "%d", version)
	} else if version < 2 {
		return nil, refuse("not_a_package", "version %d", version)
	}
	length := int(binary.BigEndian.Uint32(file[7:]))
	if length > 65536 {
		return nil, refuse("too_large", "a header of %d", length)
	}
	if len(file) < 11+length {
		return nil, refuse("truncated", "within the header")
	}
	headerBytes := file[11 : 11+length]
	header, ok := parse(headerBytes)
	if !ok || !headerShape(header) || (header["secrets"] == true && header["intent"] != "backup") {
		return nil, refuse("bad_header", "%s", headerBytes)
	}
	preamble, rest := file[:11+length], file[11+length:]
	if len(rest) < 56 {
		return nil, refuse("truncated", "within salt and commitment")
	}
	if len(passphrase) == 0 || len(passphrase) > 4096 || !utf8.ValidString(passphrase) {
		return nil, refuse("wrong_passphrase", "none")
	}
	kdf := header["kdf"].(map[string]any)
	salt, err := hex.DecodeString(kdf["salt"].(string))
	must(err)
	k := chunkKeys(inputKey(passphrase, salt, intOf(kdf["logN"])), header["id"].(string), rest[:24], preamble)
	if subtle.ConstantTimeCompare(k.commitment, rest[24:56]) != 1 {
		return nil, refuse("wrong_passphrase", "another commitment")
	}
	plaintext, err := decrypt(rest[56:], k, intOf(header["size"]))
	if err != nil {
		return nil, err
	}
	return unpack(headerBytes, header, plaintext, k)
}

func decrypt(chunks []byte, k keys, size int) ([]byte, error) {
	var plaintext []byte
	for index := uint64(0); ; index++ {
		length := least(size-len(plaintext), chunkSize)
		if len(chunks) < length+16 {
			return nil, refuse("truncated", "within chunk %d", index)
		}
		opened, err := k.aead.Open(nil, k.nonceOf(index), chunks[:length+16], nil)
		if err != nil {
			return nil, refuse("damaged", "chunk %d", index)
		}
		plaintext, chunks = append(plaintext, opened...), chunks[length+16:]
		if length < chunkSize {
			break
		}
	}
	if len(chunks) > 0 {
		return nil, refuse("damaged", "%d bytes behind the end", len(chunks))
	}
	return plaintext, nil
}

func unpack(headerBytes []byte, header map[string]any, plaintext []byte, k keys) (*opened, error) {
	length := int(binary.BigEndian.Uint32(plaintext))
	if length > 8<<20 {
		return nil, refuse("too_large", "a manifest of %d", length)
	}
	if 4+length > len(plaintext) {
		return nil, refuse("bad_manifest", "longer than the package")
	}
	manifestBytes, contents := plaintext[4:4+length], plaintext[4+length:]
	if sum := sha256.Sum256(manifestBytes); hex.EncodeToString(sum[:]) != header["manifestHash"] {
		return nil, refuse("bad_manifest", "another hash")
	}
	manifest, ok := parse(manifestBytes)
	if !ok || !manifestShape(manifest) {
		return nil, refuse("bad_manifest", "%s", manifestBytes)
	}
	if manifest["intent"] != header["intent"] || manifest["createdAt"] != header["createdAt"] {
		return nil, refuse("bad_manifest", "not what the header says")
	}
	entries, err := entriesOf(manifest)
	if err != nil {
		return nil, err
	}
	sum := 0
	for _, e := range entries {
		sum += e.size
	}
	if sum != len(contents) {
		return nil, refuse("bad_manifest", "sizes add up to %d, there are %d", sum, len(contents))
	}
	result := &opened{headerBytes, manifestBytes, map[string][]byte{}}
	for _, e := range entries {
		content := contents[:e.size]
		contents = contents[e.size:]
		if digest(k.digest, e.path, content) != e.digest {
			return nil, refuse("damaged", "%s has another digest", e.path)
		}
		result.contents[e.path] = content
	}
	return result, nil
}
