using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Patching;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>Expectations are those of apimachinery's strategicpatch.</summary>
public sealed class StrategicMergePatchTests
{
    [Theory]
    [InlineData("Deployment", "a container that is new heads the list",
        """{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"1"}]}}}}""",
        """{"spec":{"template":{"spec":{"containers":[{"name":"b","image":"2"}]}}}}""",
        """{"spec":{"template":{"spec":{"containers":[{"name":"b","image":"2"},{"name":"a","image":"1"}]}}}}""")]
    [InlineData("Pod", "an item is merged by its key",
        """{"spec":{"containers":[{"name":"a","image":"1","env":[{"name":"X","value":"1"}]},{"name":"b","image":"1"}]}}""",
        """{"spec":{"containers":[{"name":"a","env":[{"name":"X","value":"2"}]}]}}""",
        """{"spec":{"containers":[{"name":"a","image":"1","env":[{"name":"X","value":"2"}]},{"name":"b","image":"1"}]}}""")]
    [InlineData("Pod", "$patch delete takes an item away",
        """{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"1"}]}}""",
        """{"spec":{"containers":[{"$patch":"delete","name":"a"}]}}""",
        """{"spec":{"containers":[{"name":"b","image":"1"}]}}""")]
    [InlineData("Pod", "$patch replace of a list",
        """{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"1"}]}}""",
        """{"spec":{"containers":[{"$patch":"replace"},{"name":"c","image":"3"}]}}""",
        """{"spec":{"containers":[{"name":"c","image":"3"}]}}""")]
    [InlineData("Pod", "$patch replace of a map",
        """{"metadata":{"labels":{"a":"1","b":"2"}}}""",
        """{"metadata":{"labels":{"$patch":"replace","c":"3"}}}""",
        """{"metadata":{"labels":{"c":"3"}}}""")]
    [InlineData("Pod", "null removes",
        """{"metadata":{"labels":{"a":"1","b":"2"}}}""", """{"metadata":{"labels":{"a":null}}}""", """{"metadata":{"labels":{"b":"2"}}}""")]
    [InlineData("Pod", "$setElementOrder arranges",
        """{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"a","image":"2"}]}}""",
        """{"spec":{"containers":[{"name":"b"},{"name":"a","image":"2"}]}}""")]
    [InlineData("Pod", "$setElementOrder alone arranges too",
        """{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]}}""",
        """{"spec":{"containers":[{"name":"b"},{"name":"a"}]}}""")]
    [InlineData("Pod", "finalizers are a set",
        """{"metadata":{"finalizers":["a","b"]}}""",
        """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"],"$setElementOrder/finalizers":["b","c"],"finalizers":["c"]}}""",
        """{"metadata":{"finalizers":["b","c"]}}""")]
    [InlineData("Deployment", "$retainKeys drops what is not retained",
        """{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}}""",
        """{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}""",
        """{"spec":{"strategy":{"type":"Recreate"}}}""")]
    [InlineData("Node", "taints have no merge key and are replaced whole",
        """{"spec":{"taints":[{"key":"a","effect":"NoSchedule"}]}}""",
        """{"spec":{"taints":[{"key":"b","effect":"NoSchedule"}]}}""",
        """{"spec":{"taints":[{"key":"b","effect":"NoSchedule"}]}}""")]
    [InlineData("Pod", "tolerations have no merge key and are replaced whole",
        """{"spec":{"tolerations":[{"key":"a"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""")]
    [InlineData("Node", "conditions are merged by type",
        """{"status":{"conditions":[{"type":"Ready","status":"False","reason":"x"},{"type":"DiskPressure","status":"False"}]}}""",
        """{"status":{"conditions":[{"type":"Ready","status":"True"}]}}""",
        """{"status":{"conditions":[{"type":"Ready","status":"True","reason":"x"},{"type":"DiskPressure","status":"False"}]}}""")]
    [InlineData("Service", "a service's ports are merged by port",
        """{"spec":{"ports":[{"port":80,"name":"http"},{"port":443,"name":"https"}]}}""",
        """{"spec":{"ports":[{"port":443,"targetPort":8443}]}}""",
        """{"spec":{"ports":[{"port":80,"name":"http"},{"port":443,"name":"https","targetPort":8443}]}}""")]
    [InlineData("ServiceAccount", "an account's imagePullSecrets are replaced",
        """{"imagePullSecrets":[{"name":"a"}]}""", """{"imagePullSecrets":[{"name":"b"}]}""", """{"imagePullSecrets":[{"name":"b"}]}""")]
    [InlineData("Pod", "a pod's imagePullSecrets are merged",
        """{"spec":{"imagePullSecrets":[{"name":"a"}]}}""", """{"spec":{"imagePullSecrets":[{"name":"b"}]}}""", """{"spec":{"imagePullSecrets":[{"name":"b"},{"name":"a"}]}}""")]
    public void Apply_merges_as_Kubernetes_does(string kind, string law, string original, string patch, string expected)
    {
        var before = JsonReading.Parse(original);

        var result = StrategicMergePatch.Apply(kind, before, JsonReading.Parse(patch));

        Assert.True(JsonNode.DeepEquals(JsonReading.Parse(expected), result), $"{law}: {result.ToJsonString()}");
        Assert.True(JsonNode.DeepEquals(JsonReading.Parse(original), before), "the original was written to");
    }

    [Fact]
    public void Apply_refuses_an_item_without_its_key()
    {
        var refused = Assert.Throws<StatusException>(() => StrategicMergePatch.Apply("Pod", JsonReading.Parse("""{"spec":{"containers":[{"name":"a"}]}}"""), JsonReading.Parse("""{"spec":{"containers":[{"image":"x"}]}}""")));

        Assert.Contains("does not contain declared merge key: name", refused.Message, StringComparison.Ordinal);
    }
}
