namespace EksTools.ServiceModels;

/// <summary>Methods that write requests and the structures below them.</summary>
public static class WriterEmitter
{
    public static string ClassName(ServiceModel model) => model.Definition.PaginatorStem + "Writers";

    public static string Emit(ServiceModel model)
    {
        var code = new CodeWriter(model, model.Definition.Namespace, $"{model.Definition.Namespace}.Model", "EksTools.Aws.Protocols");
        // Model types are qualified: some are named like another service's namespace, or like a type of the base library.
        var writer = model.IsJson ? "JsonBody" : "QueryForm";
        code.Line();
        code.Block($"internal static class {ClassName(model)}", () =>
        {
            var first = true;
            foreach (var operation in model.Operations)
            {
                // A REST request without body members has no body; the others always have one.
                if (model.Protocol != Protocol.RestJson || operation.Input.Members.Any(m => m.Location is null))
                    Method(operation.Name + "Request", operation.Input);
            }

            foreach (var shape in model.Written)
                Method(shape.ClassName, shape);

            void Method(string name, Shape shape)
            {
                if (!first)
                    code.Line();
                first = false;
                code.Block($"internal static void {name}({writer} o, Model.{name} v)", () =>
                {
                    foreach (var member in shape.Members.Where(m => m.Location is null))
                        code.Line(Statement(member));
                });
            }
        });
        return code.ToString();
    }

    private static string Statement(Member member)
    {
        var value = $"v.{member.PropertyName}";
        var shape = member.Shape;
        if (member.IsIdempotencyToken)
            return $"o.Member(\"{member.WireName}\", {value} ?? IdempotencyToken.New());";
        return shape.Type switch
        {
            "structure" => $"o.Member(\"{member.WireName}\", {value}, {shape.ClassName});",
            "list" => $"o.List(\"{member.WireName}\", {value}{ItemWriter(shape.Element)});",
            "map" => $"o.Map(\"{member.WireName}\", {value}{ItemWriter(shape.MapValue)});",
            _ => $"o.Member(\"{member.WireName}\", {value});",
        };
    }

    private static string ItemWriter(Shape item) => item.Type switch
    {
        "string" => "",
        "structure" => $", {item.ClassName}",
        _ => throw new NotSupportedException($"A collection of {item.Type} ({item.Name}) in a request is not supported."),
    };
}
