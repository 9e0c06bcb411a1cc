namespace EksTools.ServiceModels;

/// <summary>The enums, as the SDK's open constant classes.</summary>
public static class EnumerationEmitter
{
    public static string Emit(ServiceModel model)
    {
        var code = new CodeWriter(model, model.Definition.Namespace, "Amazon.Runtime");
        foreach (var shape in model.Enumerations)
        {
            var name = shape.ClassName;
            code.Line();
            code.Summary($"Values of {name}.");
            code.Block($"public class {name} : ConstantClass", () =>
            {
                foreach (var value in shape.EnumValues)
                {
                    code.Summary($"<c>{value}</c>.");
                    code.Line($"public static readonly {name} {Names.Constant(value)} = new {name}(\"{value}\");");
                }

                code.Line();
                code.Summary("A value that may be newer than this library.");
                code.Line($"public {name}(string value) : base(value) {{ }}");
                code.Line();
                code.Summary("The constant of a value, or a new one.");
                code.Line($"public static {name} FindValue(string value) => FindValue<{name}>(value);");
                code.Line();
                code.Summary("The constant of a value, or a new one.");
                code.Line($"public static implicit operator {name}(string value) => FindValue(value);");
            });
        }

        return code.ToString();
    }
}
