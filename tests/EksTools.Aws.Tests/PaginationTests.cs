using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using EksTools.Aws.Tests.Botocore;
using EksTools.Aws.Tests.Wire;

namespace EksTools.Aws.Tests;

/// <summary>Paginators ask for page after page with the token of the one before.</summary>
public sealed class PaginationTests
{
    public static TheoryData<string, string> EveryPaginator()
    {
        var data = new TheoryData<string, string>();
        foreach (var service in Service.All)
        {
            foreach (var method in Factory(service).GetMethods())
                data.Add(service.Name, method.Name);
        }

        return data;
    }

    [Theory]
    [InlineData("eks")]
    [InlineData("iam")]
    [InlineData("elb")]
    [InlineData("elbv2")]
    [InlineData("acm")]
    [InlineData("logs")]
    public void Every_paged_operation_has_a_paginator(string name)
    {
        var service = Service.Of(name);
        var paged = service.Model.Pagination.Select(p => p.Key).Where(service.Operations.ContainsKey);

        Assert.Equal(paged.Order(), Factory(service).GetMethods().Select(m => m.Name).Order());
    }

    [Theory]
    [MemberData(nameof(EveryPaginator))]
    public async Task Pages_follow_the_token_and_every_item_is_given(string name, string operation)
    {
        var service = Service.Of(name);
        var rules = service.Model.Pagination[operation]!;
        var (inputToken, outputToken) = ((string)rules["input_token"]!, (string)rules["output_token"]!);
        string[] keys = rules["result_key"] is JsonArray many ? [.. many.Select(k => (string)k!)] : [(string)rules["result_key"]!];
        var method = Factory(service).GetMethod(operation)!;
        var attribute = method.GetCustomAttribute<AWSPaginatorAttribute>()!;
        Assert.Equal(
            (Model.PropertyName(inputToken), Model.PropertyName(outputToken), Model.PropertyName((string)rules["limit_key"]!)),
            (attribute.InputToken.Single(), attribute.OutputToken.Single(), attribute.LimitKey));
        var sample = new Sample(service.Model);
        var pages = Enumerable.Range(0, 3).Select(_ => sample.Structure(service.Model.Structure(operation, "output"))).ToList();
        pages[2].Remove(outputToken);
        if ((string?)rules["more_results"] is { } more)
            pages[2][more] = false;

        foreach (var key in keys.Prepend(null))
        {
            var page = 0;
            var http = new CannedHttp(_ => CannedHttp.Response(HttpStatusCode.OK, WireText.Response(service.Model, operation, pages[page++])));
            using var client = service.Connect(http);
            var request = ObjectTree.Create(service.RequestType(operation), new Sample(service.Model, requiredOnly: true).Structure(service.Model.Structure(operation, "input")));
            var paginator = method.Invoke(client.GetType().GetProperty("Paginators")!.GetValue(client), [request])!;

            var items = await Collect(method.ReturnType.GetProperty(key is null ? "Responses" : Model.PropertyName(key))!.GetValue(paginator)!);

            var shape = service.Model.Structure(operation, "output");
            var expected = key is null
                ? pages.Select(p => ObjectTree.WithPropertyNames(service.Model, shape, p))
                : pages.SelectMany(p => ObjectTree.WithPropertyNames(service.Model, service.Model.Shape(shape["members"]![key]!), p[key])!.AsArray());
            Assert.True(JsonNode.DeepEquals(new JsonArray([.. expected.Select(e => e!.DeepClone())]), new JsonArray([.. items.Select(ObjectTree.Read)])));
            string?[] tokens = [null, (string)pages[0][outputToken]!, (string)pages[1][outputToken]!];
            Assert.Equal(tokens, http.Sent.Select(s => TokenOf(s, inputToken)));
        }
    }

    [Fact]
    public async Task A_cancelled_reader_asks_for_no_further_page()
    {
        var http = new CannedHttp(_ => CannedHttp.Response(HttpStatusCode.OK, """{"clusters":["a","b"],"nextToken":"t"}"""));
        using var client = (AmazonEKSClient)Service.Eks.Connect(http);
        using var source = new CancellationTokenSource();
        var seen = new List<string>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var cluster in client.Paginators.ListClusters(new ListClustersRequest()).Clusters.WithCancellation(source.Token))
            {
                seen.Add(cluster);
                if (cluster == "b")
                    await source.CancelAsync();
            }
        });

        Assert.Equal(["a", "b"], seen);
        Assert.Single(http.Sent);
    }

    [Fact]
    public async Task A_reader_that_stops_early_asks_for_no_further_page()
    {
        var http = new CannedHttp(_ => CannedHttp.Response(HttpStatusCode.OK, """{"clusters":["a","b"],"nextToken":"t"}"""));
        using var client = (AmazonEKSClient)Service.Eks.Connect(http);

        await foreach (var cluster in client.Paginators.ListClusters(new ListClustersRequest()).Clusters)
            break;

        Assert.Single(http.Sent);
    }

    [Fact]
    public async Task A_paginator_is_read_once()
    {
        using var client = (AmazonEKSClient)Service.Eks.Connect(new CannedHttp(_ => CannedHttp.Response(HttpStatusCode.OK, "{}")));
        var paginator = client.Paginators.ListClusters(new ListClustersRequest());

        Assert.Empty(await Collect(paginator.Clusters));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Collect(paginator.Clusters));
    }

    // In the query string, in the form, or (ListInsights) in the JSON body.
    private static string? TokenOf(SentRequest sent, string name) => sent.Body.StartsWith('{')
        ? (string?)JsonNode.Parse(sent.Body)![name]
        : sent.Query.Concat(sent.Form).FirstOrDefault(p => p.Name == name).Value;

    private static Type Factory(Service service) => service.Interface.GetProperty("Paginators")!.PropertyType;

    private static Task<List<object>> Collect(object enumerable)
    {
        var item = enumerable.GetType().GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)).GenericTypeArguments[0];
        return (Task<List<object>>)typeof(PaginationTests).GetMethod(nameof(CollectOf), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(item).Invoke(null, [enumerable])!;
    }

    private static async Task<List<object>> CollectOf<T>(IAsyncEnumerable<T> items)
        where T : notnull
    {
        var list = new List<object>();
        await foreach (var item in items)
            list.Add(item);
        return list;
    }
}
