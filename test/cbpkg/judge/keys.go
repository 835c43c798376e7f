package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"io"

	"golang.org/x/crypto/hkdf"
	"golang.org/x/crypto/scrypt"
	"golang.org/x/text/unicode/norm"
)

const chunkSize = 16384

type keys struct {
	input, digest, key, nonce, commitment []byte
	aead                                  cipher.AEAD
}

func expand(key []byte, info []byte, length int) []byte {
	out := make([]byte, length)
	_, err := io.ReadFull(hkdf.Expand(sha512.New, key, info), out)
	must(err)
	return out
}

func uint32Bytes(value int) []byte {
	return binary.BigEndian.AppendUint32(nil, uint32(value))
}

func inputKey(passphrase string, salt []byte, logN int) []byte {
	key, err := scrypt.Key(norm.NFC.Bytes([]byte(passphrase)), salt, 1<<logN, 8, 1, 32)
	must(err)
	return key
}

func digestKey(input []byte, id string) []byte {
	return expand(input, []byte("cbpkg@v2+entry-digest\x00"+id), 32)
}

func chunkKeys(input []byte, id string, salt, preamble []byte) keys {
	info := append([]byte("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"), salt...)
	derived := expand(input, append(info, preamble...), 32+12+32)
	block, err := aes.NewCipher(derived[:32])
	must(err)
	aead, err := cipher.NewGCM(block)
	must(err)
	return keys{input, digestKey(input, id), derived[:32], derived[32:44], derived[44:], aead}
}

// nonceOf is the base nonce XOR the number of the chunk.
func (k keys) nonceOf(index uint64) []byte {
	nonce := append([]byte(nil), k.nonce...)
	for at := 0; at < 8; at++ {
		nonce[11-at] ^= byte(index >> (8 * at))
	}
	return nonce
}

func digest(key []byte, path string, content []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(uint32Bytes(len(path)))
	mac.Write([]byte(path))
	mac.Write(content)
	return hex.EncodeToString(mac.Sum(nil))
}

func least(a, b int) int {
	if a < b {
		return a
	}
	return b
}
