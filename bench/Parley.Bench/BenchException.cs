namespace Parley.Bench;

/// <summary>A run cannot go on; the message is one clear line.</summary>
internal sealed class BenchException : Exception
{
    public BenchException(string message) : base(message)
    {
    }

    public BenchException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public BenchException()
    {
    }
}
