// Package policy reads and writes the file in which an operator says
// everything about one service: YAML on one side, a [capacity.Policy] on the
// other. A misspelt key is an error and never "no limit"; a key that this
// version does not act on is refused and never ignored; all mistakes of a file
// are reported at once, each with its line.
package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// maxSize bounds a policy file, in bytes. A long one has about a thousand.
const maxSize = 64 << 10

// Parse reads the policy file called name and fills in what it left out; the
// defaults say what that was, in the order of the file format. The error joins
// every mistake of the file, one a line, by line number: "FILE:LINE: key: what
// is wrong; what to do". Each is a [capacity.ErrBadPolicy]. An error of r
// itself is returned as it is.
//
// Overrides are applied, one after the other, to what the file says before
// anything is read from it. Mistakes that they bring name "--set KEY" in place
// of a line.
//
// The file stands alone: one that extends a base or takes prices from a catalogue is for
// [ParseBeside].
func Parse(name string, r io.Reader, overrides ...Override) (capacity.Policy, []Default, error) {
	return parse(&file{name: name, overrides: overrides}, r)
}

func parse(f *file, r io.Reader) (capacity.Policy, []Default, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return capacity.Policy{}, nil, fmt.Errorf("read policy %s: %w", f.name, err)
	}
	var p capacity.Policy
	if root := f.root(data, 0, "start it with service: NAME"); root != nil {
		root, base := f.extended(root)
		if root != nil {
			f.apply(root)
			p = f.policy(root)
		}
		if base.Name != "" {
			p.Base = base
		}
	}
	if err := f.err(); err != nil {
		return capacity.Policy{}, nil, err
	}
	return p, f.defaults, nil
}

// document is the top mapping of another file of the folder.
func (f *file) document(data []byte, name, start string) *yaml.Node {
	f.others = append(f.others, name)
	return f.root(data, len(f.others)*otherFile, start)
}

// root is the top of a file, whose lines are counted on from before, or nil if there is
// none to go on with.
func (f *file) root(data []byte, before int, start string) *yaml.Node {
	if len(data) > maxSize {
		f.wrong(before+1, "", "more than %d bytes; this is no policy file, or it says far more than one needs", maxSize)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	err := decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF):
		f.wrong(before+1, "", "the file is empty; %s", start)
		return nil
	case err != nil:
		f.broken(err, before)
		return nil
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		f.wrong(before+second.Line, "", "a second document starts here; put each policy into a file of its own")
	case !errors.Is(err, io.EOF):
		f.broken(err, before)
	}
	root := document.Content[0]
	countOn(root, before)
	if root.ShortTag() == "!!null" {
		f.wrong(root.Line, "", "the file is empty; %s", start)
		return nil
	}
	return root
}

// countOn moves the lines of a value and of all inside it on.
func countOn(n *yaml.Node, before int) {
	n.Line += before
	for _, child := range n.Content {
		countOn(child, before)
	}
}

// yamlLine matches how the YAML library says where a text stops being YAML.
var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

func (f *file) broken(err error, before int) {
	line, text := 1, err.Error()
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		text = m[2]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
	}
	f.wrong(before+line, "", "not YAML: %s; correct the text at or above this line", shorten(text))
}

// policy reads the whole file. What is broken stays zero and is on the list of
// mistakes.
func (f *file) policy(root *yaml.Node) capacity.Policy {
	var p capacity.Policy
	top := f.section("", root)
	f.apiVersion(top)
	p.Service = required(top, "service", name, "name the service, such as chat")
	p.Base = f.merged(top)
	p.Owner, p.CostCenter = f.person(top, "owner"), f.person(top, "costCenter")
	p.Demand = f.demand(top)
	p.Forecast = f.outlook(top, p.Demand.Step)
	p.Schedule = f.schedule(top)
	f.capacity(top, &p)
	p.Objective = f.objective(top)
	f.sameCurrency(top, &p.Objective)
	p.Events = f.events(top, p.Demand)
	p.Control = f.control(top, p)
	p.Notify = f.notify(top)
	p.Audit = f.audit(top)
	return p
}
