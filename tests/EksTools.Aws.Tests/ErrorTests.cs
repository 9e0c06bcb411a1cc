using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.IdentityManagement;
using Amazon.Runtime;
using EksTools.Aws.Tests.Botocore;
using EksTools.Aws.Tests.Wire;

namespace EksTools.Aws.Tests;

/// <summary>Errors of the service become the SDK's exceptions with all that the service said.</summary>
public sealed class ErrorTests
{
    public static TheoryData<string, string> EveryException()
    {
        var data = new TheoryData<string, string>();
        foreach (var service in Service.All)
        {
            foreach (var type in service.ExceptionBase.Assembly.GetExportedTypes().Where(t => t.BaseType == service.ExceptionBase))
                data.Add(service.Name, type.Name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EveryException))]
    public async Task A_modeled_error_arrives_with_its_members(string name, string exception)
    {
        var service = Service.Of(name);
        var shape = service.Model.Shapes[exception]!.AsObject();
        var code = (string?)shape["error"]?["code"] ?? exception;
        var status = (HttpStatusCode)((int?)shape["error"]?["httpStatusCode"] ?? 400);
        var sample = new Sample(service.Model).Structure(shape);

        // Some models leave the message out, which is sent all the same.
        sample.TryAdd("message", "why");

        var error = await Fail(service, status, service.Model.IsJson ? sample.ToJsonString() : Xml(code, (string)sample["message"]!));

        Assert.Equal(exception, error.GetType().Name);
        Assert.Equal((code, status, "request-9", (string)sample["message"]!), (error.ErrorCode, error.StatusCode, error.RequestId, error.Message));
        sample.Remove("message");
        Assert.Equal(sample.Select(m => Model.PropertyName(m.Key)).Order(), ObjectTree.Properties(error.GetType()).Select(p => p.Name).Order());
        Assert.All(sample, m => Assert.True(JsonNode.DeepEquals(m.Value, ObjectTree.Read(error.GetType().GetProperty(Model.PropertyName(m.Key))!.GetValue(error)))));

        Task<AmazonServiceException> Fail(Service service, HttpStatusCode status, string body) =>
            ErrorTests.Fail(service, CannedHttp.Response(status, body, ("x-amzn-ErrorType", code + ":http://internal/"), ("x-amzn-RequestId", "request-9")));
    }

    [Theory]
    [InlineData("eks")]
    [InlineData("iam")]
    [InlineData("elb")]
    [InlineData("elbv2")]
    [InlineData("acm")]
    [InlineData("logs")]
    public void Every_error_that_an_operation_can_answer_has_an_exception(string name)
    {
        var service = Service.Of(name);
        var modeled = service.Operations.Keys.SelectMany(o => service.Model.Operations[o]!["errors"]?.AsArray() ?? []).Select(e => (string)e!["shape"]!);

        Assert.Equal(modeled.Distinct().Order(), EveryException().Where(row => row.Data.Item1 == name).Select(row => row.Data.Item2).Order());
    }

    [Theory]
    [InlineData("""{"__type":"com.amazonaws.eks#AccessDeniedException","message":"User: arn:aws:iam::1:user/u is not authorized"}""")]
    [InlineData("""{"code":"AccessDeniedException","Message":"User: arn:aws:iam::1:user/u is not authorized"}""")]
    public async Task The_code_is_read_from_the_body_too(string body)
    {
        var error = await Fail(Service.Eks, CannedHttp.Response(HttpStatusCode.Forbidden, body));

        Assert.IsType<AccessDeniedException>(error);
        Assert.Equal("User: arn:aws:iam::1:user/u is not authorized", error.Message);
    }

    [Fact]
    public async Task An_error_that_is_not_modeled_keeps_its_code_and_message()
    {
        var eks = await Fail(Service.Eks, CannedHttp.Response(
            HttpStatusCode.Forbidden, """{"message":"The security token included in the request is expired"}""", ("x-amzn-ErrorType", "ExpiredTokenException")));
        var iam = await Fail(Service.Iam, CannedHttp.Response(HttpStatusCode.Forbidden, Xml("AccessDenied", "User: u is not authorized to perform: iam:CreateRole")));

        Assert.Equal(typeof(AmazonEKSException), eks.GetType());
        Assert.Equal(("ExpiredTokenException", "The security token included in the request is expired"), (eks.ErrorCode, eks.Message));
        Assert.Equal(typeof(AmazonIdentityManagementServiceException), iam.GetType());
        Assert.Equal(("AccessDenied", "User: u is not authorized to perform: iam:CreateRole", ErrorType.Sender), (iam.ErrorCode, iam.Message, iam.ErrorType));
    }

    [Theory]
    [InlineData("eks", "")]
    [InlineData("iam", "")]
    [InlineData("eks", "<html><body>Bad gateway<br></body></html>")]
    [InlineData("iam", "<html><body>Bad gateway<br></body></html>")]
    [InlineData("eks", "[1, 2]")]
    [InlineData("eks", "\"text\"")]
    public async Task What_no_service_wrote_still_tells_the_status(string name, string body)
    {
        var error = await Fail(Service.Of(name), CannedHttp.Response(HttpStatusCode.BadGateway, body));

        Assert.Equal(Service.Of(name).ExceptionBase, error.GetType());
        Assert.Equal(HttpStatusCode.BadGateway, error.StatusCode);
        Assert.StartsWith("The service answered 502 BadGateway without a message", error.Message, StringComparison.Ordinal);
        Assert.Contains(body, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_lacks_a_part_of_its_address_is_not_sent()
    {
        var http = new CannedHttp(_ => throw new InvalidOperationException("sent"));
        using var client = (AmazonEKSClient)Service.Eks.Connect(http);

        var error = await Assert.ThrowsAsync<AmazonEKSException>(() =>
            client.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = "demo" }, TestContext.Current.CancellationToken));

        Assert.Empty(http.Sent);
        Assert.Equal("DescribeNodegroupRequest needs NodegroupName: it is part of the address of what is asked for. Set NodegroupName.", error.Message);
    }

    private static string Xml(string code, string message) => new XElement(
        "ErrorResponse",
        new XElement("Error", new XElement("Type", "Sender"), new XElement("Code", code), new XElement("Message", message)),
        new XElement("RequestId", "request-9")).ToString();

    private static async Task<AmazonServiceException> Fail(Service service, HttpResponseMessage response)
    {
        using var client = service.Connect(new CannedHttp(_ => response));
        var operation = service.Name switch { "eks" => "ListClusters", "iam" => "ListRoles", "acm" => "ListCertificates", "logs" => "DescribeLogGroups", _ => "DescribeLoadBalancers" };
        return (await Assert.ThrowsAnyAsync<AmazonServiceException>(() =>
            service.Call(client, operation, Activator.CreateInstance(service.RequestType(operation))!)));
    }
}
