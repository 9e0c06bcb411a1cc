using System.Net;
using EksTools.Access;
using EksTools.Authentication;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.Kubernetes;
using EksTools.Errors;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.Access.Reviews;

/// <summary>Asks the API server what it makes of a principal: of the caller himself, or, by the user and groups that were worked out, of another.</summary>
internal sealed class AccessVerifier(AwsAccount account, EksCluster cluster)
{
    // What a person first wants to know, from everything down to looking.
    private static readonly EksAccessRight[] Questions =
    [
        new("*", "*", null, false),
        new("list", "pods", null, false),
        new("list", "nodes", null, false),
        new("create", "deployments.apps", "default", false),
        new("list", "pods", "default", false),
        new("get", "secrets", "default", false),
        new("get", "configmaps", "kube-system", false),
    ];

    /// <summary>Asks. What the API server does not let the caller ask, or that it does not answer, is told in a sentence.</summary>
    public async Task<EksAccessVerification> AskAsync(EksEffectiveAccess access, bool isCaller, CancellationToken cancellationToken)
    {
        try
        {
            using ClusterApi api = ClusterApi.Open(account, cluster);
            return isCaller ? await AskOfCallerAsync(api, access, cancellationToken) : await AskOfOtherAsync(api, access, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && (ClusterApi.IsUnreachable(exception) || exception is HttpOperationException or EksToolsException { ErrorId: "ClusterWithoutEndpoint" }))
        {
            EksToolsException failure = AwsFailure.Translate(exception);
            return isCaller && failure.Kind == EksErrorKind.Unauthenticated
                ? new EksAccessVerification { Agrees = access.Allowed is null ? null : access.Allowed == false, Message = $"The API server refuses the caller: {failure.Message.TrimEnd('.')}.{(access.Allowed == true ? " A mapping that was just made is seen within seconds; where this lasts, the entry may be of a principal that was deleted and made anew." : string.Empty)}" }
                : new EksAccessVerification { Agrees = null, Message = ClusterApi.IsUnreachable(exception) ? $"The API server cannot be reached from here: {failure.Message}" : $"The API server could not be asked: {failure.Message}" };
        }
    }

    private async Task<EksAccessVerification> AskOfCallerAsync(ClusterApi api, EksEffectiveAccess access, CancellationToken cancellationToken)
    {
        V1UserInfo? user = await WhoAmIAsync(api, cancellationToken);
        List<EksAccessRight> rights = [];
        foreach (EksAccessRight question in Questions)
        {
            V1SelfSubjectAccessReview review = new() { Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = Attributes(question) } };
            V1SelfSubjectAccessReview answer = await api.CallAsync((client, token) => client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(review, cancellationToken: token), cancellationToken);
            rights.Add(question with { Allowed = answer.Status?.Allowed == true });
        }

        (bool? agrees, string message) = Judge(access, user, rights);
        return new EksAccessVerification { Agrees = agrees, Message = message, Username = user?.Username, Groups = [.. user?.Groups ?? []], Rights = rights };
    }

    /// <summary>Whether the API server knows the caller by the name, groups and rights that were worked out.</summary>
    private static (bool? Agrees, string Message) Judge(EksEffectiveAccess access, V1UserInfo? user, IReadOnlyList<EksAccessRight> rights)
    {
        if (access.Allowed != true)
        {
            string known = user is null ? string.Empty : $" It knows it as {user.Username} with the groups {string.Join(", ", user.Groups ?? [])}.";
            string creator = access.AuthenticationMode == Mappings.ClusterAccess.ConfigMapMode ? " In mode CONFIG_MAP that is so for the principal that created the cluster." : string.Empty;
            return (access.Allowed is null ? null : false, $"The API server lets the caller in, by a rule that cannot be seen from here.{known}{creator}");
        }

        List<string> differences = [];
        if (user is not null && !Matches(access.Username!, user.Username))
        {
            differences.Add($"it knows the caller as '{user.Username}', not '{access.Username}'");
        }

        // EKS adds groups of its own; what was worked out must be among them.
        if (user is not null && access.Groups.Where(group => !(user.Groups ?? []).Any(there => Matches(group, there))).ToArray() is { Length: > 0 } missing)
        {
            differences.Add($"it does not know the caller in {string.Join(", ", missing)}");
        }

        if (access.IsAdmin == true && !rights[0].Allowed)
        {
            differences.Add("it does not let the caller do everything");
        }

        return differences.Count > 0 ? (false, $"The API server does not agree: {string.Join("; ", differences)}.")
            : user is null ? (access.IsAdmin == true ? true : null, $"The API server lets the caller in; by which name and groups this version does not tell.")
            : (true, "The API server agrees.");
    }

    /// <summary>A template that could not be filled in stands for anything.</summary>
    private static bool Matches(string computed, string? told)
    {
        int open = computed.IndexOf("{{", StringComparison.Ordinal);
        int close = computed.LastIndexOf("}}", StringComparison.Ordinal);
        return open < 0 || close < open
            ? computed == told
            : told is not null && told.Length >= open + computed.Length - close - 2 && told.StartsWith(computed[..open], StringComparison.Ordinal) && told.EndsWith(computed[(close + 2)..], StringComparison.Ordinal);
    }

    /// <summary>
    /// Who the caller is: SelfSubjectReview, which Kubernetes has since 1.28; before, a review of the caller's own token, which only few may ask for.
    /// Null when neither tells.
    /// </summary>
    private async Task<V1UserInfo?> WhoAmIAsync(ClusterApi api, CancellationToken cancellationToken)
    {
        try
        {
            V1SelfSubjectReview answer = await api.CallAsync((client, token) => client.AuthenticationV1.CreateSelfSubjectReviewAsync(new V1SelfSubjectReview(), cancellationToken: token), cancellationToken);
            return answer.Status?.UserInfo;
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            return await ReviewTokenAsync(api, cancellationToken);
        }
    }

    private async Task<V1UserInfo?> ReviewTokenAsync(ClusterApi api, CancellationToken cancellationToken)
    {
        EksToken token = await account.CreateTokenAsync(cluster.Name, cancellationToken);
        try
        {
            V1TokenReview answer = await api.CallAsync((client, cancel) => client.AuthenticationV1.CreateTokenReviewAsync(new V1TokenReview { Spec = new V1TokenReviewSpec { Token = token.Token } }, cancellationToken: cancel), cancellationToken);
            return answer.Status?.Authenticated == true ? answer.Status.User : null;
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            return null;
        }
    }

    private static async Task<EksAccessVerification> AskOfOtherAsync(ClusterApi api, EksEffectiveAccess access, CancellationToken cancellationToken)
    {
        if (access.Allowed != true)
        {
            return new EksAccessVerification { Agrees = null, Message = "There is no user and no groups to ask the API server about. It can be asked for this principal with its own credentials." };
        }

        if (access.Username!.Contains("{{", StringComparison.Ordinal))
        {
            access = access with { Username = access.Username.Replace("{{", string.Empty, StringComparison.Ordinal).Replace("}}", string.Empty, StringComparison.Ordinal) };
        }

        List<EksAccessRight> rights = [];
        foreach (EksAccessRight question in Questions)
        {
            V1SubjectAccessReview review = new()
            {
                Spec = new V1SubjectAccessReviewSpec { User = access.Username, Groups = [.. access.Groups], ResourceAttributes = Attributes(question) },
            };
            V1SubjectAccessReview answer = await api.CallAsync((client, token) => client.AuthorizationV1.CreateSubjectAccessReviewAsync(review, cancellationToken: token), cancellationToken);
            rights.Add(question with { Allowed = answer.Status?.Allowed == true });
        }

        bool masters = access.Groups.Contains(EffectiveAccess.Masters);
        return new EksAccessVerification
        {
            Agrees = masters ? rights[0].Allowed : null,
            Message = masters && !rights[0].Allowed ? "The API server does not agree: it does not let this user and these groups do everything."
                : access.AccessPolicies.Count > 0 ? "The API server was asked about the user and groups, and says what role bindings allow; what the access policies allow beside it tells only the principal itself."
                : "The API server was asked about the user and groups, and says what they may do; that the principal gets them only its own credentials can show.",
            Rights = rights,
        };
    }

    private static V1ResourceAttributes Attributes(EksAccessRight question)
    {
        string[] parts = question.Resource.Split('.', 2);
        return new V1ResourceAttributes
        {
            Verb = question.Verb,
            Resource = parts[0],
            Group = parts.Length > 1 ? parts[1] : question.Resource == "*" ? "*" : null,
            NamespaceProperty = question.Namespace,
        };
    }
}
