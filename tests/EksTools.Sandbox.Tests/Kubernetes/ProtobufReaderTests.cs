using System.Text;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;
using EksTools.Sandbox.Kubernetes.Serving.Protobuf;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>Messages put together by hand from the field numbers of the published .proto files.</summary>
public sealed class ProtobufReaderTests
{
    [Fact]
    public void A_deployment_is_read_with_its_zeros_where_they_are_meant()
    {
        // DeploymentSpec: replicas 1 (pointer), minReadySeconds 5 (no pointer), selector 2 with matchLabels 1.
        var selector = Message(2, Message(1, [.. Text(1, "app"), .. Text(2, "web")]));
        byte[] spec = [.. Number(1, 0), .. selector, .. Number(5, 0)];
        byte[] metadata = [.. Text(1, "web"), .. Text(3, ""), .. Message(8, [])];

        var obj = ProtobufReader.Read(Envelope("apps/v1", "Deployment", [.. Message(1, metadata), .. Message(2, spec)]));

        Assert.Equal("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":0,"selector":{"matchLabels":{"app":"web"}}}}""", obj.ToJsonString(JsonText.Compact));
    }

    [Fact]
    public void Values_of_several_forms_are_read()
    {
        // ServicePort: port 3, targetPort 4 (IntOrString: type 1, strVal 3).
        byte[] port = [.. Number(3, 80), .. Message(4, [.. Number(1, 1), .. Text(3, "http")])];

        var service = ProtobufReader.Read(Envelope("v1", "Service", Message(2, Message(1, port))));
        var secret = ProtobufReader.Read(Envelope("v1", "Secret", Message(2, [.. Text(1, "p"), .. Text(2, "w")])));

        Assert.Equal("""[{"port":80,"targetPort":"http"}]""", service["spec"]!["ports"]!.ToJsonString(JsonText.Compact));
        Assert.Equal("dw==", secret.Text("data", "p"));
    }

    [Fact]
    public void What_is_no_message_is_refused()
    {
        Assert.Equal(400, Assert.Throws<StatusException>(() => ProtobufReader.Read("{}"u8)).Code);
        Assert.Equal(400, Assert.Throws<StatusException>(() => ProtobufReader.Read([.. "k8s\0"u8, 0x0A, 0x7F])).Code);
        Assert.Equal(400, Assert.Throws<StatusException>(() => ProtobufReader.Read(Envelope("v1", "Pod", [0x0A, 0x05, 1]))).Code);
        Assert.Equal(415, Assert.Throws<StatusException>(() => ProtobufReader.Read(Envelope("example.com/v1", "Widget", []))).Code);
    }

    private static byte[] Envelope(string apiVersion, string kind, byte[] raw) => [.. "k8s\0"u8, .. Message(1, [.. Text(1, apiVersion), .. Text(2, kind)]), .. Message(2, raw)];

    private static byte[] Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Message(int field, byte[] bytes) => [(byte)((field << 3) | 2), (byte)bytes.Length, .. bytes];

    private static byte[] Number(int field, byte value) => [(byte)(field << 3), value];
}
