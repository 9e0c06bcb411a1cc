#nullable disable
using System.Net;
using Amazon.Runtime;

namespace Amazon.IdentityManagement;

/// <summary>An error that AWS IAM answered, or a request that cannot be sent.</summary>
public partial class AmazonIdentityManagementServiceException : AmazonServiceException
{
    /// <summary>Without a message.</summary>
    public AmazonIdentityManagementServiceException() { }

    /// <summary>With a message.</summary>
    public AmazonIdentityManagementServiceException(string message) : base(message) { }

    /// <summary>With a message and a cause.</summary>
    public AmazonIdentityManagementServiceException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>With a cause.</summary>
    public AmazonIdentityManagementServiceException(Exception innerException) : base(innerException) { }

    /// <summary>With what the service answered, and a cause.</summary>
    public AmazonIdentityManagementServiceException(string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }

    /// <summary>With what the service answered.</summary>
    public AmazonIdentityManagementServiceException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode) { }
}
