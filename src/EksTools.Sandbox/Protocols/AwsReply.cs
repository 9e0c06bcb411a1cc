using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using EksTools.Sandbox.CertificateManager;
using EksTools.Sandbox.CloudWatchLogs;
using EksTools.Sandbox.ElasticLoadBalancing;
using static EksTools.Sandbox.Protocols.Xml;
using EksTools.Sandbox.KeyManagement;

namespace EksTools.Sandbox.Protocols;

/// <summary>An HTTP answer of a service.</summary>
internal sealed record AwsReply(int Status, string ContentType, byte[] Body, string RequestId, string? ErrorType = null)
{
    // Clients look for this result, as for any of Elastic Load Balancing, though it holds nothing.
    private static readonly string[] EmptyResults = ["UpdateRole"];

    private static readonly Dictionary<string, XNamespace> Namespaces = new()
    {
        ["ec2"] = "http://ec2.amazonaws.com/doc/2016-11-15/",
        ["iam"] = "https://iam.amazonaws.com/doc/2010-05-08/",
        ["sts"] = "https://sts.amazonaws.com/doc/2011-06-15/",
        ["elb"] = $"http://elasticloadbalancing.amazonaws.com/doc/{ElbServices.ClassicVersion}/",
        ["elbv2"] = $"http://elasticloadbalancing.amazonaws.com/doc/{ElbServices.SecondVersion}/",
    };

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A JSON answer.</summary>
    public static AwsReply Json(JsonObject body, int status = 200, string? errorType = null) =>
        new(status, "application/json", Encoding.UTF8.GetBytes(body.ToJsonString()), NewId(), errorType);

    /// <summary>An answer of the JSON protocol 1.1; a result without members has no body.</summary>
    public static AwsReply Target(JsonObject body, int status = 200, string? errorType = null) =>
        new(status, "application/x-amz-json-1.1", body.Count == 0 ? [] : Encoding.UTF8.GetBytes(body.ToJsonString()), NewId(), errorType);

    /// <summary>An answer of a query service.</summary>
    public static AwsReply Query(string service, string operation, IEnumerable<XElement?> result)
    {
        var id = NewId();
        var members = result.ToArray();
        var root = service == "ec2"
            ? new XElement($"{operation}Response", X("requestId", id), members)
            : new XElement($"{operation}Response", members.Length > 0 || service.StartsWith("elb", StringComparison.Ordinal) || EmptyResults.Contains(operation) ? new XElement($"{operation}Result", members) : null, X("ResponseMetadata", X("RequestId", id)));
        return XmlReply(200, root.InNamespace(Namespaces[service]), id, service);
    }

    /// <summary>An error in the service's own form.</summary>
    public static AwsReply Error(string service, AwsException error)
    {
        var id = NewId();
        if (service == "ec2")
        {
            return XmlReply(error.Status, new XElement("Response", X("Errors", X("Error", X("Code", error.Code), X("Message", error.Message))), X("RequestID", id)), id, service);
        }

        if (Namespaces.TryGetValue(service, out var ns))
        {
            var root = new XElement("ErrorResponse", X("Error", X("Type", error.Status < 500 ? "Sender" : "Receiver"), X("Code", error.Code), X("Message", error.Message)), X("RequestId", id));
            return XmlReply(error.Status, root.InNamespace(ns), id, service);
        }

        var body = error.Members?.DeepClone().AsObject() ?? [];
        body["message"] = error.Message;
        if (service is LogsService.Name or AcmService.Name or KmsService.Name)
        {
            body["__type"] = error.Code;
            return Target(body, error.Status, error.Code);
        }

        return Json(body, error.Status, error.Code);
    }

    private static AwsReply XmlReply(int status, XElement root, string id, string service) =>
        new(status, service == "ec2" ? "text/xml;charset=UTF-8" : "text/xml", Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.ToString(SaveOptions.DisableFormatting)), id);

    private static string NewId() => Guid.NewGuid().ToString();
}
