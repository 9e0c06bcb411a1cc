using System.Management.Automation;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace EksTools.Testing;

/// <summary>A cluster's Kubernetes API, asked as the session's principal by a client of the test's own.</summary>
public sealed class Kubernetes : IDisposable
{
    private readonly HttpClient client;

    /// <summary>A client for a cluster of the rehearsal.</summary>
    public Kubernetes(Rehearsal rehearsal, string cluster)
    {
        ArgumentNullException.ThrowIfNull(rehearsal);
        PSObject there = rehearsal.Session.Run($"Get-EksCluster {cluster}").Good().Single();
        string token = (string)rehearsal.Session.Run($"(Get-EksToken {cluster} -AsPlainText).Token").Good().Single().BaseObject;
#pragma warning disable CA5400 // A sandbox's authority has no revocation list.
        client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = static (_, certificate, _, _) => certificate is not null }) { BaseAddress = new Uri((string)there.Properties["Endpoint"].Value) };
#pragma warning restore CA5400
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>An object by its path, such as <c>/api/v1/namespaces/default/serviceaccounts/app</c>; null when it is not there.</summary>
    public async Task<JsonObject?> ReadAsync(string path)
    {
        using HttpResponseMessage answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        if (answer.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }

        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    /// <summary>Creates an object.</summary>
    public async Task CreateAsync(string path, string json)
    {
        using StringContent body = new(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync(new Uri(path, UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Merges a patch into an object.</summary>
    public async Task PatchAsync(string path, string json)
    {
        using StringContent body = new(json, Encoding.UTF8, "application/merge-patch+json");
        using HttpResponseMessage answer = await client.PatchAsync(new Uri(path, UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Asks for an object to be deleted.</summary>
    public async Task DeleteAsync(string path)
    {
        using HttpResponseMessage answer = await client.DeleteAsync(new Uri(path, UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
