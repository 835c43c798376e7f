// Command reader reads a whole log over HTTP as C2SP tlog-tiles lays it out, with golang.org/x/mod/sumdb and nothing of ours:
// checkpoint, keys, every hash tile that a log of that size has to publish, each width of the ragged ones, every entry bundle.
// It reads one JSON document from standard input and answers one line for each log: "ok" and what it has read, or the fault.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	// Where checkpoint and tiles stand.
	Base          string
	Authorization string
	// The verifier keys that all have to have signed; `vkey` has to name them.
	Keys []string
	// Proofs that the log gave, by index and by older size: they have to be those that its tiles make.
	Records map[int64][]string
	Trees   map[int64][]string
}

const height = 8

type reader struct {
	question
	read map[string][]byte
}

var cacheable = regexp.MustCompile(`max-age=\d{5,}`)

func (r *reader) get(path string) (int, http.Header, []byte, error) {
	request, err := http.NewRequest("GET", r.Base+"/"+path, nil)
	if err != nil {
		return 0, nil, nil, err
	}
	if r.Authorization != "" {
		request.Header.Set("Authorization", r.Authorization)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header, body, err
}

// fresh reads what changes: a text that nobody may keep.
func (r *reader) fresh(path string) ([]byte, error) {
	status, header, body, err := r.get(path)
	if err != nil {
		return nil, err
	}
	if status != 200 || header.Get("Content-Type") != "text/plain; charset=utf-8" {
		return nil, fmt.Errorf("%s: %d %s", path, status, header.Get("Content-Type"))
	}
	if caching := header.Get("Cache-Control"); caching != "no-store" && caching != "no-cache" {
		return nil, fmt.Errorf("%s may be kept: %q", path, caching)
	}
	return body, nil
}

// fixed reads what never changes.
func (r *reader) fixed(path string) ([]byte, error) {
	if known, ok := r.read[path]; ok {
		return known, nil
	}
	status, header, body, err := r.get(path)
	if err != nil {
		return nil, err
	}
	if status != 200 || header.Get("Content-Type") != "application/octet-stream" {
		return nil, fmt.Errorf("%s: %d %s", path, status, header.Get("Content-Type"))
	}
	if caching := header.Get("Cache-Control"); !cacheable.MatchString(caching) || !strings.Contains(caching, "immutable") {
		return nil, fmt.Errorf("%s may not be kept for long: %q", path, caching)
	}
	r.read[path] = body
	return body, nil
}

// pathOf is where C2SP has a tile: Go's own path names its height, too.
func pathOf(tile tlog.Tile) string { return strings.Replace(tile.Path(), "tile/8/", "tile/", 1) }

func bundleOf(tile tlog.Tile) string {
	return strings.Replace(pathOf(tile), "tile/0/", "tile/entries/", 1)
}

func (r *reader) Height() int { return height }
func (r *reader) ReadTiles(tiles []tlog.Tile) (all [][]byte, err error) {
	for _, tile := range tiles {
		data, err := r.fixed(pathOf(tile))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", pathOf(tile), len(data))
		}
		all = append(all, data)
	}
	return all, nil
}
func (r *reader) SaveTiles([]tlog.Tile, [][]byte) {}

func (r *reader) checkpoint() (tree tlog.Tree, err error) {
	var verifiers []note.Verifier
	listed, err := r.fresh("vkey")
	if err != nil {
		return tree, err
	}
	for _, key := range r.Keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return tree, err
		}
		if !strings.Contains("\n"+string(listed), "\n"+key+"\n") {
			return tree, fmt.Errorf("vkey does not name %s", key)
		}
		verifiers = append(verifiers, verifier)
	}
	signed, err := r.fresh("checkpoint")
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifiers...))
	if err != nil {
		return tree, err
	}
	if len(opened.Sigs) != len(verifiers) {
		return tree, fmt.Errorf("%d of %d keys signed", len(opened.Sigs), len(verifiers))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifiers[0].Name() {
		return tree, fmt.Errorf("no checkpoint: %q", opened.Text)
	}
	if _, err := fmt.Sscan(lines[1], &tree.N); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// entries holds each entry of a bundle against the hash that the tree has for it.
func (r *reader) entries(tile tlog.Tile, hashes []byte) error {
	bundle, err := r.fixed(bundleOf(tile))
	if err != nil {
		return err
	}
	for n := 0; n < tile.W; n++ {
		if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
			return fmt.Errorf("%s ends within entry %d", bundleOf(tile), n)
		}
		length := 2 + int(binary.BigEndian.Uint16(bundle))
		hash := tlog.RecordHash(bundle[2:length])
		if !bytes.Equal(hash[:], hashes[n*tlog.HashSize:(n+1)*tlog.HashSize]) {
			return fmt.Errorf("%s: entry %d is not what its tile has", bundleOf(tile), n)
		}
		bundle = bundle[length:]
	}
	if len(bundle) != 0 {
		return fmt.Errorf("%s goes on behind its entries", bundleOf(tile))
	}
	return nil
}

func same(what string, given []string, made []tlog.Hash) error {
	if len(given) != len(made) {
		return fmt.Errorf("%s: %d hashes instead of %d", what, len(given), len(made))
	}
	for n, hash := range made {
		if base64.StdEncoding.EncodeToString(hash[:]) != given[n] {
			return fmt.Errorf("%s: hash %d is another one", what, n)
		}
	}
	return nil
}

// absent: a tree of this size has no such tiles, nor may an empty one be served.
func (r *reader) absent(size int64) error {
	levels := 0
	for rest := size; rest > 0; rest >>= height {
		path := pathOf(tlog.Tile{H: height, L: levels, N: rest >> height, W: 1 << height})
		beyond := []string{path, fmt.Sprintf("%s.p/%d", path, rest&0xff+1), path + ".p/0", path + ".p/256", path + ".p/01"}
		if rest&0xff == 0xff {
			beyond = beyond[:1]
		}
		for _, path := range beyond {
			if status, _, _, err := r.get(path); err != nil || status != 404 {
				return fmt.Errorf("%s: %d %v", path, status, err)
			}
		}
		levels++
	}
	for _, path := range []string{fmt.Sprintf("tile/%d/000.p/1", levels), "tile/64/000", "tile/00/000", "tile/0/0", "tile/data/000"} {
		if status, _, _, err := r.get(path); err != nil || status != 404 {
			return fmt.Errorf("%s: %d %v", path, status, err)
		}
	}
	return nil
}

func judge(q question) (string, error) {
	r := &reader{q, map[string][]byte{}}
	tree, err := r.checkpoint()
	if err != nil {
		return "", err
	}
	hashes := tlog.TileHashReader(tree, r)
	levels := map[int]int{}
	for _, tile := range tlog.NewTiles(height, 0, tree.N) {
		data, err := r.ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return "", err
		}
		// What Go reads of the tree by itself, authenticated up to the signed root.
		expected, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return "", err
		}
		if !bytes.Equal(data[0], expected) {
			return "", fmt.Errorf("%s is not of this tree", pathOf(tile))
		}
		if tile.L == 0 {
			if err := r.entries(tile, data[0]); err != nil {
				return "", err
			}
		}
		levels[tile.L]++
	}
	for index, given := range q.Records {
		made, err := tlog.ProveRecord(tree.N, index, hashes)
		if err != nil {
			return "", err
		}
		if err := same(fmt.Sprintf("the proof of %d", index), given, made); err != nil {
			return "", err
		}
	}
	for older, given := range q.Trees {
		made, err := tlog.ProveTree(tree.N, older, hashes)
		if err != nil {
			return "", err
		}
		if err := same(fmt.Sprintf("the proof from %d", older), given, made); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("ok %d %d %d %d", tree.N, levels[0], levels[1], levels[2]), r.absent(tree.N)
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		panic(err)
	}
	for _, q := range questions {
		if said, err := judge(q); err != nil {
			fmt.Println(err)
		} else {
			fmt.Println(said)
		}
	}
}
