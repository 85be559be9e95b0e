package engagetest

import (
	"fmt"
	"slices"

	"github.com/konverte-go/konverte/internal/testserver"
)

// plant makes the seed, and one record at least of each kind that the API
// itself cannot make.
func (s *Server) plant(seed Seed) error {
	st := s.st
	s.plantSettings(seed)
	for _, role := range predefinedRoles {
		r := &record{kind: "Role", body: blank("Role")}
		r.set("label", role.label)
		for _, flag := range role.flags {
			r.set(flag, true)
		}
		st.insert(r)
	}
	for _, name := range seed.Teams {
		s.add("Team", "name", name)
	}
	s.plantSources(seed)
	for _, category := range seed.Categories {
		if err := s.plantCategory(category); err != nil {
			return err
		}
	}
	for _, user := range seed.Users {
		if err := s.plantUser(user); err != nil {
			return err
		}
	}
	s.plantMessages()
	return nil
}

// add stores a record with alternating keys and values.
func (s *Server) add(kind string, pairs ...any) *record {
	r := &record{kind: kind, body: blank(kind)}
	r.assign(obj(pairs...))
	return s.st.insert(r)
}

func (s *Server) plantSettings(seed Seed) {
	locale := firstText(seed.Locale, "en")
	s.add("Settings",
		"name", firstText(seed.Name, "konverte"), "type", "demo", "locale", locale, "timezone", "Pacific Time (US & Canada)",
		"content_languages", []any{locale}, "push_enabled", true, "urgent_task_threshold", int64(60), "activity_tracking", true,
		"activity_presence_threshold", int64(45), "fte_duration", int64(7), "beginning_of_week", "monday",
		"intervention_rates", []any{int64(3600), int64(10800), int64(86400), int64(259200)},
		"intervention_defer_rates", []any{int64(1800), int64(86400), int64(259200)}, "intervention_defer_threshold", int64(86400),
		"identity_merge", true, "session_timeout", int64(240), "password_min_length", int64(6), "password_archivable_size", int64(5),
		"expire_password_after", int64(7776000), "style", "ringcentral", "intervention_closing_period", int64(432000),
		"use_two_letters_avatars", true,
	)
}

func (s *Server) plantSources(seed Seed) {
	groups := []*record{s.add("Channel", "name", "Async", "label", "Async"), s.add("Channel", "name", "Realtime", "label", "Realtime")}
	for _, source := range seed.Sources {
		kind := firstText(source.Type, "email")
		group := groups[0]
		if kind != "email" {
			group = groups[1]
		}
		community := s.add("Community", "name", source.Name, "type", kind, "active", true)
		r := s.add("Source", "name", source.Name, "type", kind, "active", true, "status", "ok", "community_id", community.id, "channel_id", group.id)
		group.setList("source_ids", append(group.list("source_ids"), r.id))
	}
}

func (s *Server) plantCategory(category SeedCategory) error {
	r := obj("name", category.Name, "unselectable", category.Unselectable, "multiple", true)
	if category.Parent != "" {
		parent := s.st.named("Category", "name", category.Parent)
		if parent == nil {
			return fmt.Errorf("seed: category %q comes before its parent %q", category.Name, category.Parent)
		}
		r.Set("parent_id", parent.id)
	}
	c := &record{kind: "Category", body: blank("Category")}
	c.assign(r)
	s.st.insert(c)
	return nil
}

func (s *Server) plantUser(seed SeedUser) error {
	st := s.st
	role := st.named("Role", "label", seed.Role)
	if role == nil {
		return fmt.Errorf("seed: user %q has the role %q, which is not predefined", seed.Email, seed.Role)
	}
	teams, err := s.teamIDs(seed.Teams)
	if err != nil {
		return err
	}
	led, err := s.teamIDs(seed.Leads)
	if err != nil {
		return err
	}
	u := s.add("User",
		"firstname", seed.FirstName, "lastname", seed.LastName, "email", seed.Email, "role_id", role.id, "enabled", true,
		"invitation_pending", seed.Pending, "team_ids", anys(teams), "locale", s.st.records["Settings"][0].text("locale"))
	u.hidden[hiddenSignedIn] = !seed.Pending
	for _, id := range led {
		team := st.find("Team", id)
		team.setList("leader_ids", append(team.list("leader_ids"), u.id))
	}
	for _, permission := range seed.Permissions {
		if !slices.Contains(sourcePermissions, permission) {
			return fmt.Errorf("seed: user %q has the permission %q, which is unknown", seed.Email, permission)
		}
	}
	for _, source := range st.all("Source") {
		st.grant(u.id, source.id, slices.Clone(seed.Permissions))
	}
	if s.adminID == "" {
		s.adminID = u.id
	}
	return nil
}

func (s *Server) teamIDs(names []string) ([]string, error) {
	ids := []string{}
	for _, name := range names {
		team := s.st.named("Team", "name", name)
		if team == nil {
			return nil, fmt.Errorf("seed: there is no team %q", name)
		}
		ids = append(ids, team.id)
	}
	return ids, nil
}

// plantMessages makes a customer who has written on every source.
func (s *Server) plantMessages() {
	for _, source := range s.st.all("Source") {
		s.plantMessage(source)
	}
	survey := s.add("Survey", "name", "Satisfaction", "active", true)
	s.add("SurveyResponse", "survey_id", survey.id, "main_indicator", int64(9), "main_indicator_scaled", testserver.Float(0.9))
}

func (s *Server) plantMessage(source *record) {
	now := stamp(s.st.now)
	customer := s.add("Identity",
		"community_id", source.get("community_id"), "type", source.text("type"), "firstname", "Carla", "lastname", "Cliente",
		"display_name", "Carla Cliente", "email", "carla.cliente@example.org", "foreign_id", "carla.cliente@example.org")
	group := s.add("IdentityGroup",
		"firstname", "Carla", "lastname", "Cliente", "emails", []any{"carla.cliente@example.org"}, "identity_ids", []any{customer.id})
	customer.set("identity_group_id", group.id)
	thread := s.add("Thread", "source_id", source.id, "title", "Where is my order?", "contents_count", int64(1), "last_content_at", now)
	content := s.add("Content",
		"source_id", source.id, "source_type", source.text("type"), "thread_id", thread.id, "author_id", customer.id, "identity_group_id", group.id,
		"type", "message", "status", "new", "body", "Where is my order?", "body_input_format", "text", "created_from", "synchronizer",
		"first_in_thread", true, "published", true, "synchronization_status", "success", "language", "en",
		"body_formatted", obj("text", "Where is my order?", "html", "<p>Where is my order?</p>"))
	task := s.add("Task",
		"channel_id", source.get("channel_id"), "content_id", content.id, "thread_id", thread.id, "step", "workbin", "priority", testserver.Float(1))
	task.hidden[hiddenQueue] = "pending"
}
