#nullable disable
using System.Net;
using Amazon.Runtime;

namespace Amazon.EKS;

/// <summary>An error that Amazon EKS answered, or a request that cannot be sent.</summary>
public partial class AmazonEKSException : AmazonServiceException
{
    /// <summary>Without a message.</summary>
    public AmazonEKSException() { }

    /// <summary>With a message.</summary>
    public AmazonEKSException(string message) : base(message) { }

    /// <summary>With a message and a cause.</summary>
    public AmazonEKSException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>With a cause.</summary>
    public AmazonEKSException(Exception innerException) : base(innerException) { }

    /// <summary>With what the service answered, and a cause.</summary>
    public AmazonEKSException(string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }

    /// <summary>With what the service answered.</summary>
    public AmazonEKSException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode) { }
}
