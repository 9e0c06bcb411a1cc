using System.Text;
using CsCheck;
using EksTools.Core.LoadBalancing.Changes;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Manifests;
using EksTools.Core.Yaml;
using EksTools.Errors;
using EksTools.LoadBalancing;
using static EksTools.Core.Tests.LoadBalancing.Manifests;

namespace EksTools.Core.Tests.LoadBalancing;

public sealed class ManifestEditTests
{
    private const string Scheme = Elb + "scheme";

    private static LoadBalancerAnnotationPlan Plan(string text, LoadBalancerAnnotationEdit edit, EksLoadBalancerControllerKind? controller = EksLoadBalancerControllerKind.Lbc, params string[] names) =>
        ManifestPlanner.Plan([ManifestReader.Read(null, text)], new LoadBalancerScope { Names = names, Controller = controller }, edit, ControllerFacts.Unknown with { Said = controller }, TestContext.Current.CancellationToken);

    private static string Edit(string text, LoadBalancerAnnotationEdit edit, EksLoadBalancerControllerKind? controller = EksLoadBalancerControllerKind.Lbc, params string[] names)
    {
        LoadBalancerAnnotationPlan plan = Plan(text, edit, controller, names);
        Assert.Empty(plan.Failures);
        return Assert.Single(plan.Manifests).After;
    }

    private static LoadBalancerAnnotationEdit Set(string key, string value) => new() { Annotations = new Dictionary<string, string> { [key] = value } };

    private static LoadBalancerAnnotationEdit Remove(string key) => new() { Remove = [key], Force = true };

    [Fact]
    public void An_annotation_is_added_and_nothing_else_is_touched()
    {
        const string before = "# one\r\nkind: Secret\r\napiVersion: v1\r\ndata: {a: \"b\"}   # kept\r\n---\r\napiVersion: v1\r\nkind: Service\r\nmetadata:\r\n  name:   web # the web\r\n  labels: {app: web}\r\nspec:\r\n  type: LoadBalancer\r\n  ports: [{port: 80}]\r\n---\r\n# last\r\n";
        string after = Edit(before, Set("scheme", "internal"));
        Assert.Equal(before.Replace("  labels: {app: web}\r\n", $"  labels: {{app: web}}\r\n  annotations:\r\n    {Scheme}: internal\r\n", StringComparison.Ordinal), after);
    }

    [Theory]
    [InlineData("  annotations: {}\n", "  annotations:\n    KEY: internal\n")]
    [InlineData("  annotations:\n", "  annotations:\n    KEY: internal\n")]
    [InlineData("  annotations: # why\n    a: b # c\n", "  annotations: # why\n    a: b # c\n    KEY: internal\n")]
    [InlineData("  annotations:\n      a: |\n        text\n", "  annotations:\n      a: |\n        text\n      KEY: internal\n")]
    [InlineData("  annotations: {a: b}\n", "  annotations: {a: b, \"KEY\": \"internal\"}\n")]
    [InlineData("  annotations:\n    KEY: 'internet-facing' # open\n", "  annotations:\n    KEY: 'internal' # open\n")]
    [InlineData("  annotations:\n    KEY: >-\n      internet-facing\n    a: b\n", "  annotations:\n    KEY: internal\n    a: b\n")]
    public void Every_way_to_write_annotations_takes_one(string before, string after) =>
        Assert.Equal(Whole(after), Edit(Whole(before), new() { Annotations = new Dictionary<string, string> { ["scheme"] = "internal" }, Force = true }));

    [Theory]
    [InlineData("  annotations:\n    KEY: internal\n    a: b\n", "  annotations:\n    a: b\n")]
    [InlineData("  annotations:\n    a: b\n    KEY: internal\n", "  annotations:\n    a: b\n")]
    [InlineData("  annotations:\n    KEY: internal\n", "")]
    [InlineData("  annotations:\n    # said twice\n    KEY: internal\n", "  annotations: {}\n    # said twice\n")]
    [InlineData("  annotations: {a: b, KEY: internal}\n", "  annotations: {a: b}\n")]
    public void And_loses_one(string before, string after) => Assert.Equal(Whole(after), Edit(Whole(before), Remove("scheme")));

    private static string Whole(string annotations) => $"apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n{annotations.Replace("KEY", Scheme, StringComparison.Ordinal)}spec:\n  type: LoadBalancer\n  ports:\n  - port: 80\n";

    [Fact]
    public void JSON_and_lists_are_edited_too()
    {
        const string json = "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"List\",\n\t\"items\": [\n\t\t{\n\t\t\t\"apiVersion\": \"v1\",\n\t\t\t\"kind\": \"ConfigMap\",\n\t\t\t\"metadata\": {\n\t\t\t\t\"name\": \"other\"\n\t\t\t}\n\t\t},\n\t\t{\n\t\t\t\"apiVersion\": \"v1\",\n\t\t\t\"kind\": \"Service\",\n\t\t\t\"metadata\": {\n\t\t\t\t\"name\": \"web\",\n\t\t\t\t\"annotations\": {\n\t\t\t\t\t\"a\": \"b\"\n\t\t\t\t}\n\t\t\t},\n\t\t\t\"spec\": {\n\t\t\t\t\"type\": \"LoadBalancer\",\n\t\t\t\t\"ports\": [\n\t\t\t\t\t{\n\t\t\t\t\t\t\"port\": 80\n\t\t\t\t\t}\n\t\t\t\t]\n\t\t\t}\n\t\t}\n\t]\n}\n";
        string after = Edit(json, Set("scheme", "internal"));
        Assert.Equal(json.Replace("\t\t\t\t\t\"a\": \"b\"\n", $"\t\t\t\t\t\"a\": \"b\",\n\t\t\t\t\t\"{Scheme}\": \"internal\"\n", StringComparison.Ordinal), after);
    }

    [Theory]
    [InlineData("metadata:\n  name: web\n  annotations: &common\n    a: b\nother: *common\n")]
    [InlineData("x: &common\n  a: b\nmetadata:\n  name: web\n  annotations: *common\n")]
    [InlineData("metadata:\n  name: web\n  annotations:\n    KEY: internal\n    KEY: internal\n")]
    public void What_stands_for_more_than_itself_is_left_alone(string metadata)
    {
        string text = $"apiVersion: v1\nkind: Service\n{metadata.Replace("KEY", Scheme, StringComparison.Ordinal)}spec:\n  type: LoadBalancer\n  ports:\n  - port: 80\n";
        EksToolsException failure = Assert.Single(Plan(text, new() { Annotations = new Dictionary<string, string> { ["scheme"] = "internet-facing" }, Force = true }).Failures);
        Assert.Equal("ManifestNotEditable", failure.ErrorId);
        Assert.Contains("line ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_merge_key_brings_annotations_that_are_read_and_can_be_overridden()
    {
        string text = $"x: &common\n  {Scheme}: internet-facing\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    <<: *common\n    a: b\nspec:\n  type: LoadBalancer\n  ports:\n  - port: 80\n";
        Assert.Equal("internet-facing", ManifestReader.Read(null, text).Objects.Single().Object.Value(Scheme));
        string after = Edit(text, new() { Annotations = new Dictionary<string, string> { ["scheme"] = "internal" }, Force = true });
        Assert.Contains($"    a: b\n    {Scheme}: internal\n", after, StringComparison.Ordinal);
        Assert.Equal("ManifestNotEditable", Assert.Single(Plan(text, Remove("scheme")).Failures).ErrorId);
    }

    [Fact]
    public void What_does_not_parse_is_told_with_its_place_and_hides_nothing_else()
    {
        string broken = "apiVersion: v1\nkind: Service\nmetadata:\n  name: [web\n---\n" + Service("schema: internal");
        ManifestFile file = ManifestReader.Read("a.yaml", broken);
        Assert.InRange(Assert.Single(file.Faults).Line, 4, 5);
        Assert.Equal("web", Assert.Single(file.Objects).Object.Name);
        ManifestFile template = ManifestReader.Read("b.yaml", "kind: Service\nmetadata:\n  name: {{ .Release.Name }}\n---\n" + Service());
        Assert.True(Assert.Single(template.Faults).IsTemplate);
        Assert.Single(template.Objects);
    }

    [Theory]
    [InlineData("apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: a}\n")]
    [InlineData("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n")]
    [InlineData("kind: [broken\n")]
    [InlineData("# kind: Service\n")]
    public void What_is_none_of_our_business_is_passed_over(string text)
    {
        ManifestFile file = ManifestReader.Read(null, text);
        Assert.Empty(file.Objects);
        Assert.Empty(file.Faults);
    }

    [Fact]
    public void A_diff_shows_no_lines_of_other_documents()
    {
        string text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hidden}\n---\nkind: Service\napiVersion: v1\nmetadata:\n  name: web\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n";
        LoadBalancerManifestChange change = Assert.Single(Plan(text, Set("scheme", "internal")).Manifests);
        Assert.StartsWith("@@ -", change.Difference, StringComparison.Ordinal);
        Assert.Contains($"+    {Scheme}: internal", change.Difference, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", change.Difference, StringComparison.Ordinal);
    }

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    [Fact]
    public void An_edit_that_is_taken_back_leaves_the_text_as_it_was()
    {
        Gen<string> comment = OneOf("", " # note", "   # 'quoted' #");
        Gen<string> line = Gen.Select(OneOf("a: b", "c: 'd'", "e: \"f\"", "g: |\n      h\n      i", "'j': k", "l: >-\n      m"), comment, static (pair, note) => pair.Contains('\n', StringComparison.Ordinal) ? pair : pair + note);
        Gen.Select(line.Array[1, 4], Gen.Bool, OneOf("\n", "\r\n"), Gen.Int[0, 2], OneOf("true", "443", "arn:aws:acm:x", "k=v,k2=v2", "*", "{\"a\": [1]}", "a: b # c", " x ", "it's")).Sample((lines, documents, newLine, blank, value) =>
        {
            string[] distinct = [.. lines.DistinctBy(static one => one[0..2])];
            string text = (documents ? "# head\n---\nkind: ConfigMap\napiVersion: v1\n---\n" : string.Empty)
                + $"apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n{string.Concat(distinct.Select(static one => $"    {one}\n"))}{string.Concat(Enumerable.Repeat("\n", blank))}spec:\n  type: LoadBalancer\n  ports:\n  - port: 80\n";
            text = text.Replace("\n", newLine, StringComparison.Ordinal);
            ManifestFile file = ManifestReader.Read(null, text);
            string set = ManifestEditor.Apply(file, file.Objects[0], [new ObjectEdit(true, Scheme, new YamlText(value))]);
            ManifestFile again = ManifestReader.Read(null, set);
            Assert.Equal(value, again.Objects[0].Object.Value(Scheme));
            Assert.Null(again.Objects[0].Object.Annotations[Scheme].Fault);
            Assert.Equal(text, ManifestEditor.Apply(again, again.Objects[0], [new ObjectEdit(true, Scheme, null)]));
        }, iter: 300);
    }

    [Fact]
    public async Task A_file_is_replaced_whole_with_its_mark_and_only_as_it_was_read()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ekstools-test-");
        try
        {
            string path = Path.Combine(folder.FullName, "web.yaml");
            byte[] before = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Service().Replace("\n", "\r\n", StringComparison.Ordinal))];
            await File.WriteAllBytesAsync(path, before, TestContext.Current.CancellationToken);
            string text = ManifestFiles.ReadText(path);
            Assert.StartsWith("apiVersion", text, StringComparison.Ordinal);
            ManifestFiles.Replace(path, text, text + "# more\r\n");
            byte[] expected = [.. before, .. Encoding.UTF8.GetBytes("# more\r\n")];
            byte[] written = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(expected, written);
            Assert.Equal("ManifestChanged", Assert.Throws<EksToolsException>(() => ManifestFiles.Replace(path, text, "other")).ErrorId);
            Assert.Single(folder.EnumerateFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
