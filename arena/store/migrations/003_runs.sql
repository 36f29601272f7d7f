-- What our own tournaments know beyond imports: whether a model answered, and which run played a battle and why.

ALTER TABLE responses ADD COLUMN status status DEFAULT 'ok';
ALTER TABLE responses ADD COLUMN milliseconds INTEGER;
ALTER TABLE battles ADD COLUMN run VARCHAR;
ALTER TABLE battles ADD COLUMN propensity DOUBLE;
