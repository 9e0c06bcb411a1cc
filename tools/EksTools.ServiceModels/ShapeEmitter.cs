namespace EksTools.ServiceModels;

/// <summary>Requests, responses and structures.</summary>
public static class ShapeEmitter
{
    public static string EmitRequests(ServiceModel model)
    {
        var code = Start(model);
        foreach (var operation in model.Operations)
            Emit(code, $"The request of {operation.Name}.", $"{operation.Name}Request : Amazon{model.Definition.ClientBase}Request", operation.Input);
        return code.ToString();
    }

    public static string EmitResponses(ServiceModel model)
    {
        var code = Start(model);
        foreach (var operation in model.Operations)
            Emit(code, $"The response of {operation.Name}.", $"{operation.Name}Response : AmazonWebServiceResponse", operation.Output);
        return code.ToString();
    }

    public static string EmitShapes(ServiceModel model)
    {
        var code = Start(model);
        foreach (var shape in model.Structures)
            Emit(code, $"The structure {shape.Name}.", shape.ClassName, shape);
        return code.ToString();
    }

    /// <summary>A property with what the model says of it.</summary>
    public static void Property(CodeWriter code, Member member)
    {
        var type = member.Shape.CSharpType();
        var shape = member.Shape;
        List<string> facts = [$"<c>{member.WireName}</c>{(member.Location is { } location ? $" ({location})" : "")}"];
        if (member.IsRequired)
            facts.Add("required");
        if (member.IsIdempotencyToken)
            facts.Add("an idempotency token, made up when null");
        if (member.IsDeprecated)
            facts.Add("deprecated by the service");
        code.Summary(string.Join("; ", facts) + ".");
        List<string> attribute = [];
        if (member.IsRequired)
            attribute.Add("Required = true");
        if (shape.IsSensitive)
            attribute.Add("Sensitive = true");
        if (shape.Min is { } min)
            attribute.Add($"Min = {min}");
        if (shape.Max is { } max)
            attribute.Add($"Max = {max}");
        if (attribute.Count > 0)
            code.Line($"[AWSProperty({string.Join(", ", attribute)})]");
        var initializer = shape.Type is "list" or "map" ? $" = AWSConfigs.InitializeCollections ? new {type}() : null;" : "";
        code.Line($"public {type} {member.PropertyName} {{ get; set; }}{initializer}");
    }

    private static CodeWriter Start(ServiceModel model) =>
        new(model, model.Definition.Namespace + ".Model", "System", "System.Collections.Generic", "Amazon.Runtime", "Amazon.Runtime.Internal");

    private static void Emit(CodeWriter code, string summary, string head, Shape shape)
    {
        code.Line();
        code.Summary(summary);
        code.Block($"public partial class {head}", () =>
        {
            var first = true;
            foreach (var member in shape.Members)
            {
                if (!first)
                    code.Line();
                first = false;
                Property(code, member);
            }
        });
    }
}
