package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// follow reads the log once for each address on standard input, as a monitor does: the first
// time everything; then the new checkpoint must contain the one before, which is proved from
// tiles, and only what is new is read.
func follow(vkey string) error {
	var before tlog.Tree
	var known [][]byte
	addresses := bufio.NewScanner(os.Stdin)
	for addresses.Scan() {
		out := served(addresses.Text())
		tree, err := checkpoint(out, vkey)
		if err != nil {
			return err
		}
		if tree.N < before.N {
			return fmt.Errorf("the log shrank from %d to %d entries", before.N, tree.N)
		}
		tiles := &files{out: out, read: map[string][]byte{}}
		reader := tlog.TileHashReader(tree, tiles)
		if before.N > 0 && tree.N > before.N {
			proof, err := tlog.ProveTree(tree.N, before.N, reader)
			if err != nil {
				return fmt.Errorf("consistency: %v", err)
			}
			if err := tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash); err != nil {
				return fmt.Errorf("a second history: %d entries do not contain the %d seen before: %v", tree.N, before.N, err)
			}
		} else if before.N == tree.N && before.Hash != tree.Hash {
			return fmt.Errorf("a second history: two roots at %d entries", tree.N)
		}
		first := before.N >> height << height
		entries, err := readEntries(out, before.N, tree.N)
		if err != nil {
			return err
		}
		for i, entry := range known[first:] {
			if !bytes.Equal(entries[i], entry) {
				return fmt.Errorf("entry %d is not what it was", first+int64(i))
			}
		}
		fresh := entries[before.N-first:]
		known = append(known, fresh...)
		if err := signatures(known[0], fresh); err != nil {
			return err
		}
		if err := included(reader, fresh, before.N, tree); err != nil {
			return err
		}
		fmt.Printf("followed: from %d to %d entries, %d new, %d tiles\n", before.N, tree.N, len(fresh), len(tiles.read))
		before = tree
	}
	return addresses.Err()
}

// served reads a log over HTTP, and holds it to the content types of tlog-tiles.
func served(prefix string) source {
	return func(path string) ([]byte, error) {
		answer, err := http.Get(prefix + "/" + path)
		if err != nil {
			return nil, err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: %s", path, answer.Status)
		}
		kind := "application/octet-stream"
		if !strings.HasPrefix(path, "tile/") {
			kind = "text/plain; charset=utf-8"
		}
		if got := answer.Header.Get("Content-Type"); got != kind {
			return nil, fmt.Errorf("%s is %s, not %s", path, got, kind)
		}
		return io.ReadAll(answer.Body)
	}
}
