using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Patching;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Tests.Kubernetes;

public sealed class ServerSideApplyTests
{
    private const string Stamp = "2026-01-02T03:04:05Z";

    private static readonly JsonObject Nothing = JsonReading.Parse("""{"metadata":{"name":"c"}}""");

    [Fact]
    public void Apply_owns_what_it_applies_and_writes_managedFields()
    {
        var result = Apply(Nothing, "one", """{"a":"1"}""");

        var entry = Assert.Single(result.Objects("metadata", "managedFields"));
        Assert.Equal(("one", "Apply", "v1", "FieldsV1"), (entry.Text("manager"), entry.Text("operation"), entry.Text("apiVersion"), entry.Text("fieldsType")));
        Assert.True(JsonNode.DeepEquals(JsonReading.Parse("""{"f:data":{"f:a":{}}}"""), entry["fieldsV1"]), entry.ToJsonString());
    }

    [Fact]
    public void Apply_removes_what_its_manager_no_longer_applies()
    {
        var result = Apply(Apply(Nothing, "one", """{"a":"1","b":"2"}"""), "one", """{"a":"1"}""");

        Assert.True(JsonNode.DeepEquals(JsonReading.Parse("""{"a":"1"}"""), result["data"]));
    }

    [Fact]
    public void Maps_that_an_apply_empties_go()
    {
        var result = Apply(Apply(Nothing, "one", """{"a":"1"}"""), "one", "null");

        Assert.False(result.ContainsKey("data"));
    }

    [Fact]
    public void Apply_leaves_what_another_manager_owns_too()
    {
        var both = Apply(Apply(Nothing, "one", """{"a":"1","b":"2"}"""), "two", """{"b":"2"}""");

        var result = Apply(both, "one", """{"a":"1"}""");

        Assert.Equal("2", result.Text("data", "b"));
    }

    [Fact]
    public void Apply_of_another_value_conflicts_and_names_the_owner()
    {
        var live = Apply(Nothing, "one", """{"a":"1","b":"1"}""");

        var one = Assert.Throws<StatusException>(() => Apply(live, "two", """{"a":"2"}"""));
        var two = Assert.Throws<StatusException>(() => Apply(live, "two", """{"a":"2","b":"2"}"""));

        Assert.Equal((409, "Conflict"), (one.Code, one.Reason));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"one\" using v1: .data.a", one.Message);
        Assert.Equal("Apply failed with 2 conflicts: conflicts with \"one\" using v1:\n- .data.a\n- .data.b", two.Message);
        Assert.Equal(".data.a", Assert.Single(one.Details.Objects("causes")).Text("field"));
    }

    [Fact]
    public void Force_takes_the_field_from_its_owner()
    {
        var result = Apply(Apply(Nothing, "one", """{"a":"1","b":"1"}"""), "two", """{"a":"2"}""", force: true);

        Assert.Equal("2", result.Text("data", "a"));
        var one = result.Objects("metadata", "managedFields").First(e => e.Text("manager") == "one");
        Assert.True(JsonNode.DeepEquals(JsonReading.Parse("""{"f:data":{"f:b":{}}}"""), one["fieldsV1"]), one.ToJsonString());
    }

    [Fact]
    public void Apply_merges_keyed_lists_and_prunes_items()
    {
        var live = Pod("""{"containers":[{"name":"a","image":"1","ports":[{"containerPort":80,"protocol":"TCP"}]},{"name":"b","image":"1"}]}""", Nothing, "one");
        Assert.NotNull(live.Objects("metadata", "managedFields").First().At("fieldsV1", "f:spec", "f:containers", "k:{\"name\":\"a\"}", "f:ports", "k:{\"containerPort\":80,\"protocol\":\"TCP\"}", "."));

        var withThird = Pod("""{"containers":[{"name":"c","image":"1"}]}""", live, "two");
        var result = Pod("""{"containers":[{"name":"a","image":"2"}]}""", withThird, "one");

        Assert.Equal(["a", "c"], result.Objects("spec", "containers").Select(c => c.Text("name")));
        Assert.Equal("2", result.Objects("spec", "containers").First().Text("image"));
        Assert.Null(result.Objects("spec", "containers").First()["ports"]);
    }

    [Fact]
    public void The_same_apply_again_changes_nothing()
    {
        var once = Apply(Nothing, "one", """{"a":"1"}""");

        var again = ServerSideApply.Apply(once, ConfigMap("""{"a":"1"}"""), new("one"), false, "2027-01-01T00:00:00Z");

        Assert.True(JsonNode.DeepEquals(once, again), again.ToJsonString());
    }

    [Fact]
    public void An_update_takes_ownership_from_the_applier_and_the_next_apply_conflicts()
    {
        var live = Apply(Nothing, "one", """{"a":"1"}""");
        var updated = live.Clone();
        updated["data"]!["a"] = "9";
        FieldOwnership.RecordUpdate(live, updated, new WriteOptions("kubectl-edit"), Stamp);

        var entry = Assert.Single(updated.Objects("metadata", "managedFields"));
        Assert.Equal(("kubectl-edit", "Update"), (entry.Text("manager"), entry.Text("operation")));
        Assert.Throws<StatusException>(() => Apply(updated, "one", """{"a":"1"}"""));
    }

    private static JsonObject ConfigMap(string data) => JsonReading.Parse($$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{{data}}}""");

    private static JsonObject Apply(JsonObject live, string manager, string data, bool force = false) => ServerSideApply.Apply(live, ConfigMap(data), new(manager), force, Stamp);

    private static JsonObject Pod(string spec, JsonObject live, string manager) =>
        ServerSideApply.Apply(live, JsonReading.Parse($$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"c"},"spec":{{spec}}}"""), new(manager), false, Stamp);
}
