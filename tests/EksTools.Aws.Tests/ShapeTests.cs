using System.Reflection;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using EksTools.Aws.Tests.Botocore;
using EksTools.Aws.Tests.Wire;

namespace EksTools.Aws.Tests;

/// <summary>The types of the library hold what the model's shapes hold, no less and no more.</summary>
public sealed class ShapeTests(ITestOutputHelper output)
{
    public static TheoryData<string> Services => [.. Service.All.Select(s => s.Name)];

    [Fact]
    public void Every_operation_of_EKS_is_there() =>
        Assert.Equal(Service.Eks.Model.Operations.Select(o => o.Key).Order(), Service.Eks.Operations.Keys.Order());

    [Fact]
    public void Every_operation_of_IAM_that_is_there_is_IAM_s() =>
        Assert.Subset(Service.Iam.Model.Operations.Select(o => o.Key).ToHashSet(), Service.Iam.Operations.Keys.ToHashSet());

    [Theory]
    [MemberData(nameof(Services))]
    public void Properties_are_the_model_s_members(string name)
    {
        var service = Service.Of(name);
        var seen = new Dictionary<Type, JsonObject>();
        foreach (var operation in service.Operations.Keys)
        {
            Walk(service.RequestType(operation), service.Model.Structure(operation, "input"));
            Walk(service.ResponseType(operation), service.Model.Structure(operation, "output"));
        }

        var models = service.Interface.Assembly.GetExportedTypes().Where(t =>
            t.Namespace == service.Interface.Namespace + ".Model" && t is { IsClass: true, IsAbstract: false }
            && !typeof(Exception).IsAssignableFrom(t) && !t.Name.EndsWith("PaginatorFactory", StringComparison.Ordinal));
        Assert.Equal(models.Select(t => t.Name).Order(), seen.Keys.Select(t => t.Name).Order());
        output.WriteLine($"{name}: {service.Operations.Count} operations, {seen.Count} types, {seen.Values.Sum(s => Model.Members(s).Count())} members");

        void Walk(Type type, JsonObject shape)
        {
            if (!seen.TryAdd(type, shape))
                return;
            var required = Model.Required(shape);
            var members = Model.Members(shape).ToDictionary(m => Model.PropertyName(m.Key));
            Assert.Equal(members.Keys.Order(), ObjectTree.Properties(type).Select(p => p.Name).Order());
            foreach (var property in ObjectTree.Properties(type))
            {
                var (member, reference) = members[property.Name];
                var target = service.Model.Shape(reference!);
                var place = $"{type.Name}.{property.Name}";
                Assert.True(TypeName(service.Model, reference!, false) is not { } expected || expected == Describe(property.PropertyType), $"{place} is a {Describe(property.PropertyType)}");
                var attribute = property.GetCustomAttribute<AWSPropertyAttribute>();
                Assert.True(required.Contains(member) == (attribute?.Required ?? false), $"{place}: required differs");
                Assert.True(((bool?)target["sensitive"] ?? false) == (attribute?.Sensitive ?? false), $"{place}: sensitive differs");
                Assert.True((long?)target["min"] == (attribute is { IsMinSet: true } ? attribute.Min : null), $"{place}: min differs");
                Assert.True((long?)target["max"] == (attribute is { IsMaxSet: true } ? attribute.Max : null), $"{place}: max differs");
                Descend(property.PropertyType, target);
            }
        }

        void Descend(Type type, JsonObject shape)
        {
            if ((string)shape["type"]! == "structure")
                Walk(type, shape);
            else if (shape["member"] is { } item)
                Descend(type.GenericTypeArguments[0], service.Model.Shape(item));
            else if (shape["value"] is { } value)
                Descend(type.GenericTypeArguments[1], service.Model.Shape(value));
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Enums_have_the_model_s_values(string name)
    {
        var service = Service.Of(name);
        var enums = service.Model.Shapes.Where(s => s.Value!["enum"] is not null)
            .ToDictionary(s => Model.PropertyName(s.Key), s => s.Value!["enum"]!.AsArray().Select(v => (string)v!).Order().ToList());
        var classes = service.Interface.Assembly.GetExportedTypes()
            .Where(t => t.Namespace == service.Interface.Namespace && t.BaseType == typeof(ConstantClass)).ToList();

        Assert.Equal(enums.Count > 0, classes.Count > 0);
        var values = 0;
        foreach (var type in classes)
        {
            var constants = type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => ((ConstantClass)f.GetValue(null)!).Value).ToList();
            Assert.Equal(enums[type.Name], constants.Order());
            Assert.All(constants, value => Assert.Equal(value, ((ConstantClass)type.GetMethod("FindValue", [typeof(string)])!.Invoke(null, [value])!).Value));
            values += constants.Count;
        }

        if (name == "eks")
            Assert.Equal(enums.Keys.Order(), classes.Select(t => t.Name).Order());
        output.WriteLine($"{name}: {classes.Count} enums, {values} values");
    }

    [Fact]
    public void An_enum_takes_a_value_that_is_newer_than_the_library()
    {
        Amazon.EKS.ClusterStatus status = "HIBERNATING";

        Assert.Equal("HIBERNATING", status.Value);
        Assert.NotEqual(Amazon.EKS.ClusterStatus.ACTIVE, status);
        Assert.Same(Amazon.EKS.ClusterStatus.ACTIVE, Amazon.EKS.ClusterStatus.FindValue("ACTIVE"));
    }

    [Fact]
    public void Constants_have_the_names_that_the_SDK_gives_them()
    {
        Assert.Equal("standard-support", Amazon.EKS.ClusterVersionStatus.StandardSupport.Value);
        Assert.Equal("controllerManager", Amazon.EKS.LogType.ControllerManager.Value);
        Assert.Equal("AL2023_x86_64_STANDARD", Amazon.EKS.AMITypes.AL2023_x86_64_STANDARD.Value);
        Assert.Equal("aws-managed", Amazon.IdentityManagement.PolicySourceType.AwsManaged.Value);
    }

    // Structures have names of the SDK's own making: they are held by their members instead.
    private static string? TypeName(Model model, JsonNode reference, bool inCollection)
    {
        var shape = model.Shape(reference);
        var optional = inCollection ? "" : "?";
        return (string)shape["type"]! switch
        {
            "string" => shape["enum"] is null || inCollection ? "String" : Model.PropertyName((string)reference["shape"]!),
            "integer" => "Int32" + optional,
            "long" => "Int64" + optional,
            "boolean" => "Boolean" + optional,
            "timestamp" => "DateTime" + optional,
            "list" => TypeName(model, shape["member"]!, true) is { } item ? $"List<{item}>" : null,
            "map" => TypeName(model, shape["value"]!, true) is { } value ? $"Dictionary<String,{value}>" : null,
            "structure" => null,
            var other => throw new NotSupportedException(other),
        };
    }

    private static string Describe(Type type) => Nullable.GetUnderlyingType(type) is { } value ? value.Name + "?"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(",", type.GenericTypeArguments.Select(Describe))}>"
        : type.Name;
}
