#nullable disable
using Amazon.Runtime;

namespace Amazon.EKS;

/// <summary>What every request to Amazon EKS derives from.</summary>
public partial class AmazonEKSRequest : AmazonWebServiceRequest;
