// Verifies notes and proofs with the code of Go's own module checksum database.
//
//	verify note VKEY NOTE
//	verify inclusion VKEY NOTE INDEX ENTRY PROOF
//	verify consistency VKEY OLD-NOTE NEW-NOTE PROOF
//	verify bundle VKEYS ZIP
//
// Arguments in capitals are files, but for INDEX. A proof is a hash in base64 a line.
// Of a whole bundle: its list of files, each checkpoint with the lines of its witnesses,
// that the log only grew, and the proof of every event. VKEYS are keys, one a line.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type head struct {
	size int64
	root tlog.Hash
}

func expect(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func read(path string) string {
	raw, err := os.ReadFile(path)
	expect(err)
	return string(raw)
}

func hash(line string) tlog.Hash {
	raw, err := base64.StdEncoding.DecodeString(line)
	expect(err)
	if len(raw) != tlog.HashSize {
		expect(fmt.Errorf("a hash of %d bytes", len(raw)))
	}
	var found tlog.Hash
	copy(found[:], raw)
	return found
}

func hashes(path string) []tlog.Hash {
	return lines([]byte(read(path)))
}

func checkpoint(vkey, path string) head {
	verifier, err := note.NewVerifier(strings.TrimSpace(read(vkey)))
	expect(err)
	opened, err := note.Open([]byte(read(path)), note.VerifierList(verifier))
	expect(err)
	return told(opened.Text, verifier.Name())
}

func told(text, origin string) head {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 {
		refuse("a checkpoint of %d lines", len(lines))
	}
	if lines[0] != origin {
		refuse("the origin is not the key's name")
	}
	return head{number(lines[1]), hash(lines[2])}
}

func number(text string) int64 {
	found, err := strconv.ParseInt(text, 10, 64)
	expect(err)
	return found
}

func refuse(form string, values ...any) {
	expect(fmt.Errorf(form, values...))
}

// cosigner verifies a line of a witness (C2SP tlog-cosignature, Ed25519), which
// sumdb/note has no kind for.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (one cosigner) Name() string    { return one.name }
func (one cosigner) KeyHash() uint32 { return one.id }
func (one cosigner) Verify(message, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	moment := binary.BigEndian.Uint64(signature)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", moment, message)
	return ed25519.Verify(one.key, []byte(signed), signature[8:])
}

// keys reads verifier keys: of the log, and of witnesses. Those of other kinds are
// passed over, and count for nothing.
func keys(lines string) (logs, all []note.Verifier) {
	for _, line := range strings.Fields(lines) {
		parts := strings.SplitN(line, "+", 3)
		if len(parts) != 3 {
			refuse("'%s' is no key", line)
		}
		blob, err := base64.StdEncoding.DecodeString(parts[2])
		expect(err)
		switch {
		case len(blob) == 33 && blob[0] == 1:
			verifier, err := note.NewVerifier(line)
			expect(err)
			logs, all = append(logs, verifier), append(all, verifier)
		case len(blob) == 33 && blob[0] == 4:
			id := sha256.Sum256(append([]byte(parts[0]+"\n"), blob...))
			if hex.EncodeToString(id[:4]) != parts[1] {
				refuse("'%s' does not carry its ID", line)
			}
			first := binary.BigEndian.Uint32(id[:])
			all = append(all, cosigner{parts[0], first, blob[1:]})
		}
	}
	return
}

// bundle is an evidence bundle, opened, and the keys that it is believed by.
type bundle struct {
	files     map[string][]byte
	logs, all []note.Verifier
}

func open(vkeys, path string) bundle {
	packed, err := zip.OpenReader(path)
	expect(err)
	found := bundle{files: map[string][]byte{}}
	for _, one := range packed.File {
		if _, twice := found.files[one.Name]; twice {
			refuse("two files '%s'", one.Name)
		}
		inside, err := one.Open()
		expect(err)
		content, err := io.ReadAll(io.LimitReader(inside, 1<<30))
		expect(err)
		found.files[one.Name] = content
	}
	found.logs, found.all = keys(read(vkeys))
	return found
}

// names are those of the files that a pattern matches, in order.
func (one bundle) names(pattern string) []string {
	var found []string
	for name := range one.files {
		if regexp.MustCompile("^(?:" + pattern + ")$").MatchString(name) {
			found = append(found, name)
		}
	}
	sort.Strings(found)
	return found
}

func (one bundle) file(name string) []byte {
	content, there := one.files[name]
	if !there {
		refuse("'%s' is missing", name)
	}
	return content
}

func (one bundle) checkList() {
	const list = "MANIFEST.sha256"
	listed := map[string]bool{list: true}
	for _, line := range strings.Split(strings.TrimSpace(string(one.file(list))), "\n") {
		parts := strings.SplitN(line, "  ", 2)
		if len(parts) != 2 {
			refuse("the list has a line '%s'", line)
		}
		if sum := sha256.Sum256(one.file(parts[1])); hex.EncodeToString(sum[:]) != parts[0] {
			refuse("'%s' was changed", parts[1])
		}
		listed[parts[1]] = true
	}
	for name := range one.files {
		if !listed[name] {
			refuse("'%s' was added", name)
		}
	}
}

// head opens a note: signed by the log, and by each witness that it names.
func (one bundle) head(content []byte) (head, int) {
	opened, err := note.Open(content, note.VerifierList(one.all...))
	expect(err)
	witnesses := 0
	var tree *head
	for _, signature := range opened.Sigs {
		if !one.isLog(signature) {
			witnesses++
			continue
		}
		said := told(opened.Text, signature.Name)
		tree = &said
	}
	if tree == nil {
		refuse("a checkpoint that the log did not sign")
	}
	return *tree, witnesses
}

func (one bundle) isLog(signature note.Signature) bool {
	for _, key := range one.logs {
		if key.Name() == signature.Name && key.KeyHash() == signature.Hash {
			return true
		}
	}
	return false
}

func (one bundle) check() string {
	one.checkList()
	latest := one.file("checkpoint.latest")
	tree, _ := one.head(latest)
	notes, cosigned := one.checkGrowth(latest, tree)
	events := one.checkEvents(latest, tree)
	return fmt.Sprintf("%d events, %d checkpoints, %d cosignatures", events, notes, cosigned)
}

func (one bundle) checkGrowth(latest []byte, tree head) (notes, cosigned int) {
	joined := one.names("consistency/.*")
	for _, name := range one.names(`checkpoints/[0-9]+\.note`) {
		bare := strings.TrimSuffix(name, ".note")
		whole := append(append([]byte{}, one.files[name]...), one.files[bare+".witnesses"]...)
		old, witnesses := one.head(whole)
		notes, cosigned = notes+1, cosigned+witnesses
		if bare != fmt.Sprintf("checkpoints/%d", old.size) {
			refuse("'%s' is of %d entries", name, old.size)
		}
		if old.size == tree.size {
			if !bytes.Equal(whole, latest) {
				refuse("the newest checkpoint is not '%s'", name)
			}
			continue
		}
		proof := one.file(fmt.Sprintf("consistency/%d-%d", old.size, tree.size))
		expect(tlog.CheckTree(lines(proof), tree.size, tree.root, old.size, old.root))
	}
	if len(joined) != notes-1 {
		refuse("%d proofs of growth for %d checkpoints", len(joined), notes)
	}
	return
}

func (one bundle) checkEvents(latest []byte, tree head) int {
	names, before := one.names(`events/[0-9]+\.json`), int64(-1)
	var leaves []byte
	for _, name := range names {
		leaf := tlog.RecordHash(one.files[name])
		index, hashes := proof(one.file(strings.TrimSuffix(name, "json")+"tlog-proof"), latest)
		expect(tlog.CheckRecord(hashes, tree.size, tree.root, index, leaf))
		if index <= before {
			refuse("'%s' does not stand in the order of the log", name)
		}
		before, leaves = index, append(leaves, leaf[:]...)
	}
	if len(names) == 0 || len(names) != len(one.names(`events/.*\.tlog-proof`)) {
		refuse("events and proofs do not go together")
	}
	var about struct{ Digest string }
	expect(json.Unmarshal(one.file("bundle.json"), &about))
	if sum := sha256.Sum256(leaves); hex.EncodeToString(sum[:]) != about.Digest {
		refuse("the digest of the events is another")
	}
	return len(names)
}

// proof takes a C2SP tlog-proof apart; it must rest on this very checkpoint.
func proof(content, latest []byte) (int64, tlog.RecordProof) {
	parts := strings.SplitN(string(content), "\n\n", 2)
	if len(parts) != 2 || parts[1] != string(latest) {
		refuse("a proof that rests on another checkpoint")
	}
	head := strings.SplitN(parts[0]+"\n", "\n", 3)
	if len(head) != 3 || head[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(head[1], "index ") {
		refuse("no proof of an entry")
	}
	return number(head[1][len("index "):]), lines([]byte(head[2]))
}

func lines(content []byte) []tlog.Hash {
	var found []tlog.Hash
	for _, line := range strings.Fields(string(content)) {
		found = append(found, hash(line))
	}
	return found
}

func main() {
	words, what := os.Args[1:], ""
	switch words[0] {
	case "note":
		verifier, err := note.NewVerifier(strings.TrimSpace(read(words[1])))
		expect(err)
		_, err = note.Open([]byte(read(words[2])), note.VerifierList(verifier))
		expect(err)
	case "inclusion":
		tree := checkpoint(words[1], words[2])
		index := number(words[3])
		leaf := tlog.RecordHash([]byte(read(words[4])))
		expect(tlog.CheckRecord(hashes(words[5]), tree.size, tree.root, index, leaf))
	case "consistency":
		old, new := checkpoint(words[1], words[2]), checkpoint(words[1], words[3])
		expect(tlog.CheckTree(hashes(words[4]), new.size, new.root, old.size, old.root))
	case "bundle":
		what = ": " + open(words[1], words[2]).check()
	default:
		expect(fmt.Errorf("no such check: %s", words[0]))
	}
	fmt.Println("verified" + what)
}
