// The scenarios keep the processors busy: side by side they would only take them from each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
