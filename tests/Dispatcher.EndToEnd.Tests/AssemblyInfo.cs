// Each test starts several processes: side by side they would only take the processors from each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
