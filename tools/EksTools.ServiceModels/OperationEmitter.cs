namespace EksTools.ServiceModels;

/// <summary>What the runtime needs to send each operation: method, URI, locations, writer and reader.</summary>
public static class OperationEmitter
{
    public static string ClassName(ServiceModel model) => model.Definition.PaginatorStem + "Operations";

    public static string Emit(ServiceModel model)
    {
        var d = model.Definition;
        var code = new CodeWriter(model, d.Namespace, "Amazon.Runtime.Internal", $"{d.Namespace}.Model", "EksTools.Aws.Protocols");
        code.Line();
        code.Block($"internal static class {ClassName(model)}", () =>
        {
            var first = true;
            foreach (var operation in model.Operations)
            {
                if (!first)
                    code.Line();
                first = false;
                switch (model.Protocol)
                {
                    case Protocol.RestJson:
                        RestJson(code, model, operation);
                        break;
                    case Protocol.Json:
                        Json(code, model, operation);
                        break;
                    default:
                        Query(code, model, operation);
                        break;
                }
            }
        });
        return code.ToString();
    }

    private static void RestJson(CodeWriter code, ServiceModel model, Operation operation)
    {
        code.Line($"internal static InvokeOptions {operation.Name} => RestJsonOperation.Options<{operation.Name}Request, {operation.Name}Response>(");
        code.Line($"    \"{model.Definition.Namespace}\", \"{model.ApiVersion}\", \"{operation.Method}\", \"{operation.Uri}\",");
        var located = operation.Input.Members.Where(m => m.Location is not null).ToList();
        if (located.Count == 0)
        {
            code.Line("    null,");
        }
        else
        {
            code.Line("    static (o, v) =>");
            code.Line("    {");
            foreach (var member in located)
            {
                var call = member.Location switch
                {
                    "uri" => $"o.Label(\"{member.WireName}\", v.{member.PropertyName}, nameof(v.{member.PropertyName}));",
                    "querystring" => $"o.Query(\"{member.WireName}\", v.{member.PropertyName});",
                    "header" => $"o.Header(\"{member.WireName}\", v.{member.PropertyName});",
                    var other => throw new NotSupportedException($"{operation.Name}.{member.Name} is in '{other}', which is not supported."),
                };
                code.Line($"        {call}");
            }

            code.Line("    },");
        }

        var body = operation.Input.Members.Any(m => m.Location is null);
        code.Line($"    {(body ? $"{WriterEmitter.ClassName(model)}.{operation.Name}Request" : "null")}, {ReaderEmitter.ClassName(model)}.{operation.Name}Response, {model.Definition.PaginatorStem}Exceptions.Create);");
    }

    private static void Json(CodeWriter code, ServiceModel model, Operation operation)
    {
        if (operation is not { Method: "POST", Uri: "/" })
            throw new NotSupportedException($"{operation.Name} is {operation.Method} {operation.Uri}: the JSON protocol posts to /.");
        code.Line($"internal static InvokeOptions {operation.Name} => JsonOperation.Options<{operation.Name}Request, {operation.Name}Response>(");
        code.Line($"    \"{model.Definition.Namespace}\", \"{model.TargetPrefix}.{operation.Name}\",");
        code.Line($"    {WriterEmitter.ClassName(model)}.{operation.Name}Request, {ReaderEmitter.ClassName(model)}.{operation.Name}Response, {model.Definition.PaginatorStem}Exceptions.Create);");
    }

    private static void Query(CodeWriter code, ServiceModel model, Operation operation)
    {
        if (operation is not { Method: "POST", Uri: "/" })
            throw new NotSupportedException($"{operation.Name} is {operation.Method} {operation.Uri}: the query protocol posts to /.");
        code.Line($"internal static InvokeOptions {operation.Name} => QueryOperation.Options<{operation.Name}Request, {operation.Name}Response>(");
        code.Line($"    \"{model.Definition.Namespace}\", \"{operation.Name}\", \"{model.ApiVersion}\", {Quote(operation.ResultWrapper)},");
        code.Line($"    {WriterEmitter.ClassName(model)}.{operation.Name}Request, {ReaderEmitter.ClassName(model)}.{operation.Name}Response, {model.Definition.PaginatorStem}Exceptions.Create);");
    }

    private static string Quote(string? value) => value is null ? "null" : $"\"{value}\"";
}
