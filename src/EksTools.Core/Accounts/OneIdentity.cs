using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;

namespace EksTools.Core.Accounts;

/// <summary>
/// Gives each try of a call one pair of keys. The SDK asks credentials twice while it signs, once for the session token and once for the key: renewed in
/// between, they make a request with the token of one pair and the signature of another, which AWS refuses as if the principal were unknown.
/// </summary>
internal sealed class OneIdentity : PipelineHandler
{
    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        IRequestContext context = executionContext.RequestContext;
        if (context.Identity is not AWSCredentials live)
        {
            return await base.InvokeAsync<T>(executionContext);
        }

        ImmutableCredentials keys = await live.GetCredentialsAsync();
        context.Identity = keys.UseToken ? new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, keys.Token) : new BasicAWSCredentials(keys.AccessKey, keys.SecretKey);
        try
        {
            return await base.InvokeAsync<T>(executionContext);
        }
        finally
        {
            // The next try takes what is right by then.
            context.Identity = live;
        }
    }
}

/// <summary>Puts a <see cref="OneIdentity"/> before the signer of every client of the engine.</summary>
internal sealed class OneIdentityCustomizer : IRuntimePipelineCustomizer
{
    public string UniqueName => "EksTools.OneIdentity";

    public static void Register() => RuntimePipelineCustomizerRegistry.Instance.Register(new OneIdentityCustomizer());

    public void Customize(Type type, RuntimePipeline pipeline) => pipeline.AddHandlerBefore<Signer>(new OneIdentity());
}
