using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;

namespace EksTools.Aws.Endpoints;

/// <summary>Every operation is signed with SigV4.</summary>
internal sealed class SigV4AuthSchemeHandler : BaseAuthResolverHandler
{
    protected override List<IAuthSchemeOption> ResolveAuthOptions(Amazon.Runtime.IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
}
