namespace EksTools.ServiceModels;

/// <summary>The operations of the client and of its interface.</summary>
public static class ClientEmitter
{
    public static string Emit(ServiceModel model)
    {
        var d = model.Definition;
        var code = new CodeWriter(model, d.Namespace, "System", "System.Threading", "System.Threading.Tasks", "Amazon.Runtime", $"{d.Namespace}.Model");
        code.Line();
        code.Summary($"The operations of {d.Namespace}.");
        code.Block($"public partial interface IAmazon{d.ClientBase} : IAmazonService, IDisposable", () =>
        {
            code.Summary("Paginators of the service.");
            code.Line($"I{d.PaginatorStem}PaginatorFactory Paginators {{ get; }}");
            foreach (var operation in model.Operations)
            {
                if (d.WithoutRequest.Contains(operation.Name))
                {
                    code.Line();
                    code.Summary($"Calls {operation.Name} with an empty request.");
                    code.Line($"{Signature(operation, withRequest: false)};");
                }

                code.Line();
                Document(code, model, operation);
                code.Line($"{Signature(operation, withRequest: true)};");
            }
        });
        code.Line();
        code.Block($"public partial class Amazon{d.ClientBase}Client", () =>
        {
            var first = true;
            foreach (var operation in model.Operations)
            {
                if (!first)
                    code.Line();
                first = false;
                if (d.WithoutRequest.Contains(operation.Name))
                {
                    code.Line("/// <inheritdoc />");
                    code.Line($"public virtual {Signature(operation, withRequest: false)} =>");
                    code.Line($"    {operation.Name}Async(new {operation.Name}Request(), cancellationToken);");
                    code.Line();
                }

                code.Line("/// <inheritdoc />");
                code.Line($"public virtual {Signature(operation, withRequest: true)} =>");
                code.Line($"    InvokeAsync<{operation.Name}Response>(request, {OperationEmitter.ClassName(model)}.{operation.Name}, cancellationToken);");
            }
        });
        return code.ToString();
    }

    private static string Signature(Operation operation, bool withRequest) =>
        $"Task<{operation.Name}Response> {operation.Name}Async({(withRequest ? $"{operation.Name}Request request, " : "")}CancellationToken cancellationToken = default)";

    private static void Document(CodeWriter code, ServiceModel model, Operation operation)
    {
        code.Summary(model.Protocol == Protocol.RestJson
            ? $"{operation.Name}: <c>{operation.Method} {operation.Uri}</c>."
            : $"{operation.Name} of version {model.ApiVersion}.");
        foreach (var error in operation.Errors.Order(StringComparer.Ordinal))
            code.Line($"/// <exception cref=\"{model.Shape(error).ClassName}\">The service answers <c>{model.Shape(error).ErrorCode}</c>.</exception>");
    }
}
