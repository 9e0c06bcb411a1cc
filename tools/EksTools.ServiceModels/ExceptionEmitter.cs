namespace EksTools.ServiceModels;

/// <summary>The service's exceptions and the table from error codes to them.</summary>
public static class ExceptionEmitter
{
    public static string Emit(ServiceModel model)
    {
        var d = model.Definition;
        var code = new CodeWriter(
            model, d.Namespace + ".Model", "System", "System.Collections.Generic", "System.Net", "Amazon.Runtime", "Amazon.Runtime.Internal", "EksTools.Aws.Protocols");
        foreach (var shape in model.Exceptions)
        {
            var name = shape.ClassName;
            code.Line();
            code.Summary($"The service answered <c>{shape.ErrorCode}</c>.");
            code.Block($"public partial class {name} : Amazon{d.ClientBase}Exception", () =>
            {
                code.Summary("Without a message.");
                code.Line($"public {name}() {{ }}");
                code.Line();
                code.Summary("With a message.");
                code.Line($"public {name}(string message) : base(message) {{ }}");
                code.Line();
                code.Summary("With a message and a cause.");
                code.Line($"public {name}(string message, Exception innerException) : base(message, innerException) {{ }}");
                code.Line();
                code.Summary("With a cause.");
                code.Line($"public {name}(Exception innerException) : base(innerException) {{ }}");
                code.Line();
                code.Summary("With what the service answered, and a cause.");
                code.Line($"public {name}(string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)");
                code.Line("    : base(message, innerException, errorType, errorCode, requestId, statusCode) { }");
                code.Line();
                code.Summary("With what the service answered.");
                code.Line($"public {name}(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)");
                code.Line("    : base(message, errorType, errorCode, requestId, statusCode) { }");
                foreach (var member in Members(shape))
                {
                    code.Line();
                    ShapeEmitter.Property(code, member);
                }
            });
        }

        code.Line();
        code.Block($"internal static class {d.PaginatorStem}Exceptions", () =>
            code.Block($"internal static AmazonServiceException Create(ErrorResponse e, {ReaderEmitter.Element(model)} body) => e.Code switch", () =>
            {
                foreach (var shape in model.Exceptions)
                    Case(code, model, shape);
                code.Line($"_ => new Amazon{d.ClientBase}Exception({Arguments}),");
            }, end: "};"));
        return code.ToString();
    }

    private const string Arguments = "e.Message, e.InnerException, e.Type, e.Code, e.RequestId, e.StatusCode";

    // The message is every exception's own.
    private static IEnumerable<Member> Members(Shape shape) =>
        shape.Members.Where(m => !m.Name.Equals("message", StringComparison.OrdinalIgnoreCase));

    private static void Case(CodeWriter code, ServiceModel model, Shape shape)
    {
        var head = $"\"{shape.ErrorCode}\" => new {shape.ClassName}({Arguments})";
        var members = Members(shape).ToList();
        if (members.Count == 0)
        {
            code.Line(head + ",");
            return;
        }

        code.Block(
            head,
            () => members.ForEach(m =>
                code.Line($"{m.PropertyName} = {ReaderEmitter.Helper(model)}.Find(body, \"{m.WireName}\", {ReaderEmitter.Function(model, m.Shape)}),")),
            end: "},");
    }
}
