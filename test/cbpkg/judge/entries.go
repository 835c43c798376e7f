package main

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

type entry struct {
	path, digest, section string
	size                  int
	agent                 *string
}

// entriesOf answers the entries of a manifest whose shape has been checked, or why they cannot be.
func entriesOf(manifest map[string]any) ([]entry, error) {
	agents, keys := map[string]bool{}, map[string]bool{}
	for _, value := range manifest["agents"].([]any) {
		id := value.(map[string]any)["id"].(string)
		if keys[pathKey(id)] {
			return nil, refuse("bad_manifest", "agent %s twice", id)
		}
		agents[id], keys[pathKey(id)] = true, true
	}
	var entries []entry
	present := map[string]bool{}
	for _, value := range manifest["entries"].([]any) {
		given := value.(map[string]any)
		e := entry{given["path"].(string), given["digest"].(string), given["section"].(string), intOf(given["size"]), nil}
		if agent, ok := given["agent"].(string); ok {
			e.agent = &agent
		}
		if fault := pathFault(e.path); fault != "" {
			return nil, refuse("bad_path", "%q %s", e.path, fault)
		}
		if !isPlaced(e) {
			return nil, refuse("bad_manifest", "%q is not the path of its section", e.path)
		}
		if e.agent != nil && !agents[*e.agent] {
			return nil, refuse("bad_manifest", "no agent %s", *e.agent)
		}
		present[e.section] = true
		entries = append(entries, e)
	}
	if path := colliding(entries); path != "" {
		return nil, refuse("bad_path", "%q would be one file with another", path)
	}
	listed := []any{}
	for _, section := range sections {
		if present[section] {
			listed = append(listed, section)
		}
	}
	if canonical(listed) != canonical(manifest["sections"]) {
		return nil, refuse("bad_manifest", "sections are %s", canonical(listed))
	}
	return entries, nil
}

func isPlaced(e entry) bool {
	for _, section := range globalSections {
		if e.section == section {
			return e.agent == nil && e.path == "global/"+section+".json"
		}
	}
	if e.agent == nil {
		return false
	}
	if e.section == "workspace_files" {
		folder := "agents/" + *e.agent + "/workspace/"
		return strings.HasPrefix(e.path, folder) && e.path != folder && !strings.Contains(*e.agent, "/")
	}
	return e.path == "agents/"+*e.agent+"/"+e.section+".json" && !strings.Contains(*e.agent, "/")
}

func pathFault(path string) string {
	if len(path) > 512 {
		return "is too long"
	}
	if !norm.NFC.IsNormalString(path) {
		return "is not in normal form C"
	}
	if strings.Contains(path, `\`) || strings.IndexFunc(path, func(r rune) bool { return unicode.Is(unicode.Cc, r) }) >= 0 {
		return "has a backslash or a control character"
	}
	for _, part := range strings.Split(path, "/") {
		if part == "" || part == "." || part == ".." {
			return "has a part that is empty or leads away"
		}
		letter := part[0] | 0x20
		if len(part) > 1 && part[1] == ':' && letter >= 'a' && letter <= 'z' {
			return "names a drive"
		}
	}
	return ""
}

func pathKey(path string) string {
	return norm.NFC.String(cases.Upper(language.Und).String(cases.Lower(language.Und).String(path)))
}

func colliding(entries []entry) string {
	known := map[string]bool{}
	for _, e := range entries {
		key := pathKey(e.path)
		if known[key] {
			return e.path
		}
		known[key] = true
	}
	for _, e := range entries {
		key := pathKey(e.path)
		for at := range key {
			if key[at] == '/' && known[key[:at]] {
				return e.path
			}
		}
	}
	return ""
}
