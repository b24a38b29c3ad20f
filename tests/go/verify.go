// Reads a ledger with the Go project's own packages and nothing of Manyhands: every entry's
// signature and the checkpoint's (sumdb/note), the tree from its leaves, every stored tile,
// and the inclusion of every record (sumdb/tlog). From an exported folder, or over HTTP as it
// grows (follow.go).
//
// Debian: golang-go, golang-golang-x-mod-dev.
// GO111MODULE=off GOPATH=/usr/share/gocode go run tests/go/*.go OUT ORIGIN.VKEY
// GO111MODULE=off GOPATH=/usr/share/gocode go run tests/go/*.go follow ORIGIN.VKEY < ADDRESSES
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8 // tlog-tiles: 256 hashes a tile

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: verify OUT|follow ORIGIN.VKEY")
		os.Exit(2)
	}
	vkey, err := os.ReadFile(os.Args[2])
	if err == nil && os.Args[1] == "follow" {
		err = follow(strings.TrimSpace(string(vkey)))
	} else if err == nil {
		err = verify(folder(os.Args[1]), strings.TrimSpace(string(vkey)))
	}
	if err != nil {
		fmt.Println("FAILS:", err)
		os.Exit(1)
	}
}

// source reads a file of the log by its path.
type source func(path string) ([]byte, error)

func folder(out string) source {
	return func(path string) ([]byte, error) { return os.ReadFile(filepath.Join(out, path)) }
}

func verify(out source, vkey string) error {
	tree, err := checkpoint(out, vkey)
	if err != nil {
		return err
	}
	entries, err := readEntries(out, 0, tree.N)
	if err != nil {
		return err
	}
	if err := signatures(entries[0], entries); err != nil {
		return err
	}
	if err := root(entries, tree); err != nil {
		return err
	}
	return inclusion(out, entries, tree)
}

// checkpoint opens the signed note and reads its three lines.
func checkpoint(out source, vkey string) (tlog.Tree, error) {
	var tree tlog.Tree
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, fmt.Errorf("vkey: %v", err)
	}
	signed, err := out("checkpoint")
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree, fmt.Errorf("checkpoint: %v", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("checkpoint: not three lines of %s", verifier.Name())
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, fmt.Errorf("checkpoint: %v", err)
	}
	if tree.Hash, err = tlog.ParseHash(lines[2]); err != nil {
		return tree, fmt.Errorf("checkpoint: %v", err)
	}
	fmt.Printf("checkpoint: signed by %s, %d entries, root %v\n", verifier.Name(), tree.N, tree.Hash)
	return tree, nil
}

// readEntries takes the bundles apart from the one that holds entry first on: u16be length, note.
func readEntries(out source, first, size int64) ([][]byte, error) {
	var entries [][]byte
	for n := first >> height; n<<height < size; n++ {
		width := size - n<<height
		if width > 1<<height {
			width = 1 << height
		}
		tile := tlog.Tile{H: height, L: -1, N: n, W: int(width)}
		bundle, err := out(path(tile))
		if err != nil {
			return nil, err
		}
		for len(bundle) > 0 {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("%s: cut short", path(tile))
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			entries = append(entries, bundle[2:end])
			bundle = bundle[end:]
		}
	}
	if from := first >> height << height; int64(len(entries)) != size-from {
		return nil, fmt.Errorf("%d entries in the bundles from %d on, %d in the checkpoint", len(entries), from, size)
	}
	return entries, nil
}

// signatures opens every entry with the key that entry 0 founded.
func signatures(zero []byte, entries [][]byte) error {
	var founded struct {
		Kind string
		Calc struct {
			EntryKey string `json:"entry_key"`
		}
	}
	text := bytes.SplitN(zero, []byte("\n"), 2)[0]
	if err := json.Unmarshal(text, &founded); err != nil {
		return fmt.Errorf("entry 0: %v", err)
	}
	verifier, err := note.NewVerifier(founded.Calc.EntryKey)
	if err != nil {
		return fmt.Errorf("entry 0: %v", err)
	}
	for i, entry := range entries {
		opened, err := note.Open(entry, note.VerifierList(verifier))
		if err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
		if len(opened.Sigs) != 1 || strings.Count(opened.Text, "\n") != 1 {
			return fmt.Errorf("entry %d: not one line with one signature", i)
		}
	}
	fmt.Printf("entries: %d signatures by %s\n", len(entries), verifier.Name())
	return nil
}

// root computes the tree from the entries alone.
func root(entries [][]byte, tree tlog.Tree) error {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	for i, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(i), entry, reader)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
	}
	hash, err := tlog.TreeHash(int64(len(entries)), reader)
	if err != nil {
		return err
	}
	if hash != tree.Hash {
		return fmt.Errorf("the entries lead to %v, the checkpoint signs %v", hash, tree.Hash)
	}
	fmt.Printf("tree: the entries lead to the root that was signed\n")
	return nil
}

// inclusion proves every record from the stored tiles, which the reader checks against the root.
func inclusion(out source, entries [][]byte, tree tlog.Tree) error {
	tiles := &files{out: out, read: map[string][]byte{}}
	if err := included(tlog.TileHashReader(tree, tiles), entries, 0, tree); err != nil {
		return err
	}
	fmt.Printf("inclusion: %d records proved from %d tiles\n", len(entries), len(tiles.read))
	return nil
}

// included proves these records, the first of which has this index.
func included(reader tlog.HashReader, entries [][]byte, first int64, tree tlog.Tree) error {
	for at, entry := range entries {
		i := first + int64(at)
		proof, err := tlog.ProveRecord(tree.N, i, reader)
		if err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, i, tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
		leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
		if err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
		if leaf[0] != tlog.RecordHash(entry) {
			return fmt.Errorf("entry %d: its tile holds another hash", i)
		}
	}
	return nil
}

// files reads tiles, each once.
type files struct {
	out  source
	read map[string][]byte
}

func (f *files) Height() int { return height }

func (f *files) SaveTiles([]tlog.Tile, [][]byte) {}

func (f *files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(tiles))
	for i, tile := range tiles {
		name := path(tile)
		if f.read[name] == nil {
			content, err := f.out(name)
			if err != nil {
				return nil, err
			}
			f.read[name] = content
		}
		all[i] = f.read[name]
	}
	return all, nil
}

// path turns tlog's own paths (tile/8/0/000, tile/8/data/000) into those of tlog-tiles.
func path(tile tlog.Tile) string {
	rest := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	return "tile/" + strings.Replace(rest, "data/", "entries/", 1)
}
