namespace EksTools.ServiceModels;

/// <summary>The paginators of the operations that botocore pages, over the SDK core's own enumerables.</summary>
public static class PaginatorEmitter
{
    public static string Emit(ServiceModel model)
    {
        var d = model.Definition;
        var code = new CodeWriter(
            model, d.Namespace + ".Model", "System", "System.Collections.Generic", "System.Runtime.CompilerServices", "System.Threading", "Amazon.Runtime", "Amazon.Runtime.Internal");
        var paged = model.Operations.Where(o => o.Pagination is not null).ToList();
        code.Line();
        code.Summary("Paginators of the service.");
        code.Block($"public partial interface I{d.PaginatorStem}PaginatorFactory", () =>
        {
            foreach (var operation in paged)
            {
                var p = operation.Pagination!;
                code.Summary($"Pages of {operation.Name}.");
                var limit = p.LimitKey is null ? "" : $", LimitKey = \"{p.LimitKey}\"";
                code.Line($"[AWSPaginator(InputToken = new[] {{ \"{p.InputToken}\" }}{limit}, OutputToken = new[] {{ \"{p.OutputToken}\" }})]");
                code.Line($"I{operation.Name}Paginator {operation.Name}({operation.Name}Request request);");
            }
        });
        code.Line();
        code.Summary("Paginators of the service.");
        code.Block($"public class {d.PaginatorStem}PaginatorFactory : I{d.PaginatorStem}PaginatorFactory", () =>
        {
            code.Line($"private readonly IAmazon{d.ClientBase} _client;");
            code.Line();
            code.Line($"internal {d.PaginatorStem}PaginatorFactory(IAmazon{d.ClientBase} client) => _client = client;");
            foreach (var operation in paged)
            {
                code.Line();
                code.Line("/// <inheritdoc />");
                code.Line($"public I{operation.Name}Paginator {operation.Name}({operation.Name}Request request) => new {operation.Name}Paginator(_client, request);");
            }
        });
        foreach (var operation in paged)
            Emit(code, model, operation);
        return code.ToString();
    }

    private static void Emit(CodeWriter code, ServiceModel model, Operation operation)
    {
        var name = operation.Name;
        var p = operation.Pagination!;
        var keys = p.ResultKeys.Select(key => operation.Output.Members.Single(m => m.Name == key)).ToList();
        code.Line();
        code.Summary($"Pages of {name}. Can be read once.");
        code.Block($"public interface I{name}Paginator", () =>
        {
            code.Summary("The whole responses.");
            code.Line($"IPaginatedEnumerable<{name}Response> Responses {{ get; }}");
            foreach (var key in keys)
            {
                code.Line();
                code.Summary($"The <c>{key.Name}</c> of all responses.");
                code.Line($"IPaginatedEnumerable<{ItemType(key)}> {key.PropertyName} {{ get; }}");
            }
        });
        code.Line();
        code.Block($"internal sealed class {name}Paginator : IPaginator<{name}Response>, I{name}Paginator", () =>
        {
            code.Line($"private readonly IAmazon{model.Definition.ClientBase} _client;");
            code.Line($"private readonly {name}Request _request;");
            code.Line("private int _used;");
            code.Line();
            code.Block($"internal {name}Paginator(IAmazon{model.Definition.ClientBase} client, {name}Request request)", () =>
            {
                code.Line("_client = client;");
                code.Line("_request = request;");
            });
            code.Line();
            code.Line($"public IPaginatedEnumerable<{name}Response> Responses => new PaginatedResponse<{name}Response>(this);");
            foreach (var key in keys)
            {
                var type = ItemType(key);
                code.Line();
                code.Line($"public IPaginatedEnumerable<{type}> {key.PropertyName} =>");
                code.Line($"    new PaginatedResultKeyResponse<{name}Response, {type}>(this, static page => page.{key.PropertyName} ?? new List<{type}>());");
            }

            code.Line();
            code.Block($"async IAsyncEnumerable<{name}Response> IPaginator<{name}Response>.PaginateAsync([EnumeratorCancellation] CancellationToken cancellationToken)", () =>
            {
                code.Line("if (Interlocked.Exchange(ref _used, 1) != 0)");
                code.Line($"    throw new InvalidOperationException(\"This paginator of {name} has been read; ask the client for another.\");");
                code.Line("PaginatorUtils.SetUserAgentAdditionOnRequest(_request);");
                code.Line($"var token = _request.{p.InputToken};");
                code.Block("do", () =>
                {
                    code.Line($"_request.{p.InputToken} = token;");
                    code.Line($"var page = await _client.{name}Async(_request, cancellationToken).ConfigureAwait(false);");
                    code.Line(p.MoreResults is null ? $"token = page.{p.OutputToken};" : $"token = page.{p.MoreResults} == true ? page.{p.OutputToken} : null;");
                    code.Line("cancellationToken.ThrowIfCancellationRequested();");
                    code.Line("yield return page;");
                });
                code.Line("while (!string.IsNullOrEmpty(token));");
            });
        });
    }

    private static string ItemType(Member key) => key.Shape.Element.CSharpType(inCollection: true);
}
