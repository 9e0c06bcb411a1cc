using EksTools.Sandbox.Authorization;
using EksTools.Sandbox.CertificateManager;
using EksTools.Sandbox.KeyManagement;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Faults;

/// <summary>Faults in the words of each service.</summary>
internal static class FaultErrors
{
    /// <summary>The error that a fault of this kind answers with, or null when it is no error.</summary>
    public static AwsException? For(FaultRule rule, string service, AwsCall call) => rule.Kind switch
    {
        FaultKind.Throttle => service switch
        {
            "eks" or "eks-auth" => new AwsException("ThrottlingException", "Rate exceeded", 429),
            "logs" or AcmService.Name or KmsService.Name => new AwsException("ThrottlingException", "Rate exceeded"),
            "ec2" => new AwsException("RequestLimitExceeded", "Request limit exceeded.", 503),
            _ => new AwsException("Throttling", "Rate exceeded", 400),
        },
        FaultKind.Error500 => service switch
        {
            "eks-auth" => new AwsException("InternalServerException", "Internal server error.", 500),
            "eks" => new AwsException("ServerException", "Internal server error.", 500),
            "ec2" => new AwsException("InternalError", "An internal error has occurred", 500),
            "iam" => new AwsException("ServiceFailure", "The request processing has failed because of an unknown error, exception or failure.", 500),
            _ => new AwsException("InternalFailure", "The request processing has failed because of an unknown error, exception or failure.", 500),
        },
        FaultKind.Error503 => service switch
        {
            "eks" or "eks-auth" or "logs" => new AwsException("ServiceUnavailableException", "The service is unavailable.", 503),
            "ec2" => new AwsException("Unavailable", "The service is unavailable. Please try again shortly.", 503),
            _ => new AwsException("ServiceUnavailable", "The request has failed due to a temporary failure of the server.", 503),
        },
        FaultKind.AccessDenied => Authorizer.Refuse(service, call),
        FaultKind.LimitExceeded => QuotaErrors.For(service, call.Operation),
        FaultKind.Expired => service switch
        {
            "eks" or "eks-auth" => new AwsException("ExpiredTokenException", "The security token included in the request is expired", 403),
            "ec2" => new AwsException("RequestExpired", "Request has expired."),
            _ => new AwsException("ExpiredToken", "The security token included in the request is expired", 403),
        },
        FaultKind.Refuse => new AwsException(rule.Code ?? "InvalidParameterException", rule.Message ?? "Refused."),
        FaultKind.Capacity when !ActsOut(service, call.Operation) => service == "ec2"
            ? new AwsException("InsufficientInstanceCapacity", "There is no capacity available that matches your request.", 500)
            : new AwsException("ResourceLimitExceededException", "You have reached the limit of this resource."),
        _ => null,
    };

    private static bool ActsOut(string service, string operation) => (service, operation) is ("eks", "CreateNodegroup") or ("eks", "CreateCluster") or ("ec2", "CreateNatGateway" or "CreateVpcEndpoint");
}
