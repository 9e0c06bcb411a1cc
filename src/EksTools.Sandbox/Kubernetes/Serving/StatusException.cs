using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>A refusal, as the Kubernetes <c>Status</c> object that the client receives.</summary>
internal sealed class StatusException : Exception
{
    public StatusException(int code, string reason, string message, JsonObject? details = null)
        : base(message)
    {
        Code = code;
        Reason = reason;
        Details = details;
    }

    public int Code { get; }

    public string Reason { get; }

    public JsonObject? Details { get; }

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Failure", ["message"] = Message, ["reason"] = Reason,
        };
        if (Details is not null)
        {
            status["details"] = Details.DeepClone();
        }

        status["code"] = Code;
        return status;
    }

    public static StatusException NotFound(ResourceType type, string name) => new(404, "NotFound", $"{type.QualifiedName} \"{name}\" not found", About(type, name));

    public static StatusException UnknownResource() => new(404, "NotFound", "the server could not find the requested resource", []);

    public static StatusException AlreadyExists(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"{type.QualifiedName} \"{name}\" already exists", About(type, name));

    public static StatusException Conflict(ResourceType type, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {type.QualifiedName} \"{name}\": {why}", About(type, name));

    public static StatusException Stale(ResourceType type, string name) =>
        Conflict(type, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static StatusException BadRequest(string message) => new(400, "BadRequest", message);

    public static StatusException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static StatusException MethodNotAllowed() => new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static StatusException Expired(string message) => new(410, "Expired", message);

    public static StatusException TooManyRequests(string message, JsonObject? details = null) => new(429, "TooManyRequests", message, details);

    public static StatusException UnsupportedMediaType(string message) => new(415, "UnsupportedMediaType", message);

    public static StatusException Forbidden(string message, JsonObject details) => new(403, "Forbidden", message, details);

    /// <summary>A validation failure of one or more fields (422).</summary>
    public static StatusException Invalid(ResourceType type, string name, params IReadOnlyList<FieldFault> faults)
    {
        var texts = faults.Select(f => $"{f.Field}: {f.Message}").ToList();
        var list = texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        var details = new JsonObject { ["name"] = name };
        if (type.Group.Length > 0)
        {
            details["group"] = type.Group;
        }

        details["kind"] = type.Kind;
        details["causes"] = new JsonArray([.. faults.Select(f => (JsonNode)new JsonObject { ["reason"] = f.Reason, ["message"] = f.Message, ["field"] = f.Field })]);
        var qualified = type.Group.Length == 0 ? type.Kind : $"{type.Kind}.{type.Group}";
        return new(422, "Invalid", $"{qualified} \"{name}\" is invalid: {list}", details);
    }

    public static JsonObject About(ResourceType type, string name)
    {
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (type.Group.Length > 0)
        {
            details["group"] = type.Group;
        }

        details["kind"] = type.Plural;
        return details;
    }
}

/// <summary>What is wrong with one field.</summary>
internal sealed record FieldFault(string Field, string Reason, string Message)
{
    public static FieldFault Required(string field, string? detail = null) => new(field, "FieldValueRequired", detail is null ? "Required value" : $"Required value: {detail}");

    public static FieldFault Invalid(string field, string shown, string detail) => new(field, "FieldValueInvalid", $"Invalid value: {shown}: {detail}");
}
