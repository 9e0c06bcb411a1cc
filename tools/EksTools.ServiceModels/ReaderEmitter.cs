namespace EksTools.ServiceModels;

/// <summary>Methods that read responses and the structures below them.</summary>
public static class ReaderEmitter
{
    public static string ClassName(ServiceModel model) => model.Definition.PaginatorStem + "Readers";

    /// <summary>The runtime's class that reads simple values and collections.</summary>
    public static string Helper(ServiceModel model) => model.IsJson ? "JsonValue" : "XmlValue";

    /// <summary>The type of a node that is read.</summary>
    public static string Element(ServiceModel model) => model.IsJson ? "System.Text.Json.JsonElement" : "System.Xml.Linq.XElement";

    /// <summary>A function from a node to a shape's value.</summary>
    public static string Function(ServiceModel model, Shape shape) => shape.Type switch
    {
        "structure" => $"{ClassName(model)}.{shape.ClassName}",
        "list" => $"static e => {Helper(model)}.List(e, {Function(model, shape.Element)})",
        "map" => $"static e => {Helper(model)}.Map(e, {Function(model, shape.MapValue)})",
        _ => $"{Helper(model)}.{Simple(shape)}",
    };

    public static string Emit(ServiceModel model)
    {
        var code = new CodeWriter(model, model.Definition.Namespace, $"{model.Definition.Namespace}.Model", "EksTools.Aws.Protocols");
        code.Line();
        code.Block($"internal static class {ClassName(model)}", () =>
        {
            var first = true;
            foreach (var operation in model.Operations)
                Method(operation.Name + "Response", operation.Output);
            foreach (var shape in model.Read)
                Method(shape.ClassName, shape);

            void Method(string name, Shape shape)
            {
                if (!first)
                    code.Line();
                first = false;
                if (shape.Members.FirstOrDefault(m => m.Location is not null) is { } located)
                    throw new NotSupportedException($"{name}.{located.Name} is in '{located.Location}': only bodies are read.");
                if (shape.Members.Count == 0)
                {
                    code.Line($"internal static Model.{name} {name}({Element(model)} e) => new Model.{name}();");
                    return;
                }

                code.Block($"internal static Model.{name} {name}({Element(model)} e)", () =>
                {
                    code.Line($"var v = new Model.{name}();");
                    code.Block($"foreach (var m in {Helper(model)}.Members(e))", () =>
                        code.Block($"switch ({Helper(model)}.Name(m))", () =>
                        {
                            foreach (var member in shape.Members)
                                code.Line($"case \"{member.WireName}\": v.{member.PropertyName} = {Expression(model, member.Shape)}; break;");
                        }));
                    code.Line("return v;");
                });
            }
        });
        return code.ToString();
    }

    private static string Expression(ServiceModel model, Shape shape)
    {
        var node = $"{Helper(model)}.Content(m)";
        return shape.Type switch
        {
            "structure" => $"{shape.ClassName}({node})",
            "list" => $"{Helper(model)}.List({node}, {Function(model, shape.Element)})",
            "map" => $"{Helper(model)}.Map({node}, {Function(model, shape.MapValue)})",
            _ => $"{Helper(model)}.{Simple(shape)}({node})",
        };
    }

    private static string Simple(Shape shape) => shape.Type switch
    {
        "string" => "String",
        "integer" => "Int32",
        "long" => "Int64",
        "double" => "Double",
        "boolean" => "Boolean",
        "timestamp" => "Timestamp",
        var other => throw new NotSupportedException($"Shape {shape.Name} has the type '{other}', which is not supported."),
    };
}
