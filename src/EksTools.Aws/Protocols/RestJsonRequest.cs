using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace EksTools.Aws.Protocols;

/// <summary>Sets what a REST request carries outside its body.</summary>
internal sealed class RestJsonRequest(IRequest request, Func<ErrorResponse, JsonElement, AmazonServiceException> error)
{
    /// <summary>Fills a place of the URI.</summary>
    /// <exception cref="AmazonServiceException">The value is missing: the URI would be another operation's.</exception>
    public void Label(string name, string? value, string property)
    {
        if (string.IsNullOrEmpty(value))
        {
            var message = $"{request.RequestName} needs {property}: it is part of the address of what is asked for. Set {property}.";
            throw error(new ErrorResponse { Message = message, Type = ErrorType.Sender }, default);
        }


        request.AddPathResource($"{{{name}}}", value);
    }

    public void Query(string name, string? value)
    {
        if (value is not null)
            request.Parameters.Add(name, value);
    }

    public void Query(string name, int? value) => Query(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Query(string name, bool? value) => Query(name, value switch { true => "true", false => "false", null => null });

    public void Query(string name, List<string>? values)
    {
        // A repeated parameter; the empty list cannot be said in a query string.
        if (values is { Count: > 0 })
            request.ParameterCollection.Add(name, [.. values]);
    }

    public void Header(string name, string? value)
    {
        if (value is not null)
            request.Headers[name] = value;
    }
}
